/** NumPy archives. */
@NullMarked
package dev.tailgate.data.numpy;

import org.jspecify.annotations.NullMarked;
