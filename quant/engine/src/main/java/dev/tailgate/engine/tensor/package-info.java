/** Dense tensors outside any runtime, and what is said when data does not fit. */
@NullMarked
package dev.tailgate.engine.tensor;

import org.jspecify.annotations.NullMarked;
