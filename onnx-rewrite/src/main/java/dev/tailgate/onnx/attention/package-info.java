/**
 * Finds the attentions of a model by following data through its graph, and says of every softmax
 * that is none why it is none.
 */
@NullMarked
package dev.tailgate.onnx.attention;

import org.jspecify.annotations.NullMarked;
