package dev.tailgate.onnx.layer;

import dev.tailgate.onnx.ir.OnnxGraph;

/**
 * A vector of constants that a layer adds or multiplies by.
 *
 * @param constant value name
 * @param use the use that applies it
 */
public record Parameter(String constant, OnnxGraph.Use use) {}
