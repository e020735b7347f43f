package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The nodes that turn scores into probabilities.
 *
 * @param normaliser what is computed
 * @param maskedScores what is normalised, without a sink column
 * @param addend what is added to that first, inside a fused operator
 * @param output the probabilities
 * @param nodes all nodes from the scores to the probabilities, in graph order
 */
record NormaliserMatch(
    Normaliser normaliser,
    String maskedScores,
    Optional<String> addend,
    String output,
    List<OnnxNode> nodes) {
  NormaliserMatch {
    nodes = List.copyOf(nodes);
  }

  /** A match without a fused addend. */
  static NormaliserMatch of(
      Normaliser normaliser, String maskedScores, String output, List<OnnxNode> nodes) {
    return new NormaliserMatch(normaliser, maskedScores, Optional.empty(), output, nodes);
  }

  /** What a site says of it, where the search started at {@code node}. */
  SiteNormalisation at(OnnxNode node) {
    return new SiteNormalisation(normaliser, node, nodes, maskedScores, addend, output);
  }

  /** The same, reading {@code scores} through {@code before} and ending in {@code after}. */
  NormaliserMatch wrapped(
      Normaliser kind, String scores, String probs, List<OnnxNode> before, List<OnnxNode> after) {
    List<OnnxNode> all = new ArrayList<>(before);
    all.addAll(nodes);
    all.addAll(after);
    return new NormaliserMatch(kind, scores, addend, probs, all);
  }

  /**
   * The normaliser around a node that a search starts at: a softmax, its fused forms, an
   * exponential of a log-softmax, the division that ends a softmax written out, or the last node of
   * a normaliser that a rewrite marked.
   *
   * @return empty where the node starts none
   */
  static Optional<NormaliserMatch> around(Dataflow flow, OnnxNode node) {
    Optional<NormaliserMatch> core = core(flow, node);
    return core.map(match -> SinkColumn.around(flow, match).orElse(match))
        .map(match -> ClippedProbabilities.around(flow, match).orElse(match));
  }

  private static Optional<NormaliserMatch> core(Dataflow flow, OnnxNode node) {
    Optional<NormaliserMatch> marked = MarkedNormaliser.endingAt(flow, node);
    if (marked.isPresent()) {
      return marked;
    }
    if (node.is("Softmax")) {
      return Optional.of(of(Normaliser.SOFTMAX, node.input(0), node.output(0), List.of(node)));
    }
    if (node.is("com.microsoft", "BiasSoftmax")) {
      return Optional.of(
          new NormaliserMatch(
              Normaliser.SOFTMAX,
              node.input(0),
              Optional.of(node.input(1)),
              node.output(0),
              List.of(node)));
    }
    if (node.is("LogSoftmax")) {
      return flow.onlyUse(node.output(0))
          .filter(use -> use.node().is("Exp"))
          .map(
              use ->
                  of(
                      Normaliser.SOFTMAX,
                      node.input(0),
                      use.node().output(0),
                      List.of(node, use.node())));
    }
    return WrittenSoftmax.endingAt(flow, node).flatMap(WrittenSoftmax::match);
  }
}
