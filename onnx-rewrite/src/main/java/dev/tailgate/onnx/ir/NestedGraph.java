package dev.tailgate.onnx.ir;

/**
 * A graph inside a model, presented as a model of its own, so that passes written for a main graph
 * work on it too.
 *
 * @param place where it lies
 * @param label the same in words, for example {@code then_branch of If /decoder/If}
 * @param view the graph as a model: values captured from outside are inputs, captured constants are
 *     initialisers; names that occur elsewhere in the whole model count as taken
 */
public record NestedGraph(GraphPlace place, String label, OnnxModel view) {}
