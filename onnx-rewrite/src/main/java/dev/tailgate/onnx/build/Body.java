package dev.tailgate.onnx.build;

import dev.tailgate.onnx.ir.GraphEdit;

/**
 * A graph inside a graph, made by {@link GraphBuilder#body} for one node.
 *
 * @param outputs how many values it gives
 */
public record Body(GraphEdit edit, int outputs) {}
