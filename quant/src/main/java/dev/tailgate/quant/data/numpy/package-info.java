/** NumPy archives. */
@NullMarked
package dev.tailgate.quant.data.numpy;

import org.jspecify.annotations.NullMarked;
