/** How long a model takes, as a multiple of another one. */
@NullMarked
package dev.tailgate.quant.timing;

import org.jspecify.annotations.NullMarked;
