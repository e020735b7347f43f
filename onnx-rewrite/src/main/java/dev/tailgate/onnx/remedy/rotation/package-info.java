/**
 * Orthogonal rotation of the residual stream: the matrices, the search for everything that writes
 * or reads the stream, and the edit that folds a rotation into its weights.
 */
@NullMarked
package dev.tailgate.onnx.remedy.rotation;

import org.jspecify.annotations.NullMarked;
