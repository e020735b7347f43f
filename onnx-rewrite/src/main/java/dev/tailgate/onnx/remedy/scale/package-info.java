/**
 * Identity transforms that move a scale of channels from an activation into weights, so that the
 * activation, or the weights, are easier to quantize; and the split of a product by channels.
 */
@NullMarked
package dev.tailgate.onnx.remedy.scale;

import org.jspecify.annotations.NullMarked;
