/** Opens whatever the user calls data. */
@NullMarked
package dev.tailgate.quant.data.open;

import org.jspecify.annotations.NullMarked;
