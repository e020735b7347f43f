/** Dense tensors outside any runtime, and what is said when data does not fit. */
@NullMarked
package dev.tailgate.quant.tensor;

import org.jspecify.annotations.NullMarked;
