/**
 * Passes that make a model easier to quantize without training: they move scales between
 * neighbouring weights, turn the residual stream, or take outliers out of products. Most leave the
 * function of the model as it is; each says what it did where, and why not elsewhere.
 */
@NullMarked
package dev.tailgate.onnx.remedy;

import org.jspecify.annotations.NullMarked;
