/** Opens whatever the user calls data. */
@NullMarked
package dev.tailgate.data.open;

import org.jspecify.annotations.NullMarked;
