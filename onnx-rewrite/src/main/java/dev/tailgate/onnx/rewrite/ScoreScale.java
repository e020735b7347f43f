package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.ScoreStep;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;
import java.util.Set;

/**
 * The constant factors between projections and masked scores: {@code scores = after (query q) (key
 * k)^T}.
 *
 * @param query on the queries' side of the product
 * @param key on the keys' side
 * @param after behind the product
 */
record ScoreScale(double query, double key, double after) {
  private static final Set<String> PASSED =
      Set.of("Add", "Concat", "Gather", "Neg", "RotaryEmbedding", "Slice", "Split", "Sub");

  /** The factors of a site; empty where one of them is not a constant. */
  static Optional<ScoreScale> of(Dataflow flow, AttentionSite site) {
    Optional<Double> query = operand(flow, site.scores().product().input(0));
    Optional<Double> key = operand(flow, site.scores().product().input(1));
    double after = 1;
    for (ScoreStep step : site.scores().path()) {
      OnnxNode node = step.node();
      if (node.is("Mul") || node.is("Div")) {
        Optional<Double> factor = factor(flow, node, step.dataInput());
        if (factor.isEmpty()) {
          return Optional.empty();
        }
        after *= factor.get();
      }
    }
    double behind = after;
    return query.flatMap(q -> key.map(k -> new ScoreScale(q, k, behind)));
  }

  /** Product over everything. */
  double total() {
    return query * key * after;
  }

  private static Optional<Double> factor(Dataflow flow, OnnxNode node, int dataInput) {
    Optional<Double> by = flow.scalar(node.input(1 - dataInput));
    return node.is("Mul") ? by : by.filter(v -> dataInput == 0 && v != 0).map(v -> 1 / v);
  }

  /** Factors behind an operand, up to its projection; only the first of several branches counts. */
  private static Optional<Double> operand(Dataflow flow, String value) {
    double factor = 1;
    String at = value;
    for (int i = 0; i < 64; i++) {
      OnnxNode node = flow.sourceNode(at).orElse(null);
      if (node == null || Dataflow.isProduct(node)) {
        return Optional.of(factor);
      }
      if (node.is("Mul") || node.is("Div")) {
        int data = flow.isConstant(node.input(0)) ? 1 : 0;
        boolean bothVary = !flow.isConstant(node.input(1 - data));
        // Rotary embeddings multiply by tables of cosines, which turn and do not scale.
        Optional<Double> by = bothVary ? Optional.empty() : factor(flow, node, data);
        if (by.isEmpty() && !isTable(flow, node.input(1 - data))) {
          return Optional.empty();
        }
        factor *= by.orElse(1.0);
        at = node.input(data);
      } else if (PASSED.contains(node.opType())) {
        at = node.input(flow.isConstant(node.input(0)) && node.inputs().size() > 1 ? 1 : 0);
      } else {
        return Optional.of(factor);
      }
    }
    return Optional.of(factor);
  }

  /** A table of cosines or sines, or some of its rows, perhaps times a number. */
  private static boolean isTable(Dataflow flow, String value) {
    if (flow.graph().constant(value).filter(c -> c.elementCount() > 1).isPresent()) {
      return true;
    }
    OnnxNode node = flow.sourceNode(value).orElse(null);
    if (node != null && node.is("Mul") && flow.scalar(node.input(1)).isPresent()) {
      node = flow.sourceNode(node.input(0)).orElse(null);
    }
    return node != null
        && (node.is("Cos") || node.is("Sin") || node.is("Gather") || node.is("Slice"));
  }
}
