/** Fused operators written out as the ordinary ones they stand for. */
@NullMarked
package dev.tailgate.onnx.fused;

import org.jspecify.annotations.NullMarked;
