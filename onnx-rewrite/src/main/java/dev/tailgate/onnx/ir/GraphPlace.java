package dev.tailgate.onnx.ir;

/** Where a graph lies in a model. */
public sealed interface GraphPlace {
  /** The graph of the model itself. */
  record Main() implements GraphPlace {}

  /**
   * A graph in an attribute of a node: a branch of an {@code If}, the body of a {@code Loop}.
   *
   * @param outer where the node lies
   * @param node index of the node there
   * @param ordinal which of the node's graphs, counted as {@link OnnxNode#subgraphs()} does
   */
  record Subgraph(GraphPlace outer, int node, int ordinal) implements GraphPlace {}

  /**
   * The body of a model-local function.
   *
   * @param index position in {@link OnnxModel#functions()}
   */
  record Function(int index) implements GraphPlace {}
}
