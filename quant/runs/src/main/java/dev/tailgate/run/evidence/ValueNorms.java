package dev.tailgate.run.evidence;

import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;

/** Euclidean norms of the values that a site's probabilities weight. */
final class ValueNorms {
  private static final int STEPS = 6;

  private ValueNorms() {}

  /** The operand {@code [.., S, Dh]} of a product {@code P V}, made by a node; else empty. */
  static Optional<String> operand(Dataflow flow, AttentionSite site) {
    OnnxNode product = site.context().product();
    boolean plain =
        product.is("MatMul") && comesFrom(flow, product.input(0), site.normalisation().probs());
    return plain && flow.graph().producer(product.input(1)).isPresent()
        ? Optional.of(product.input(1))
        : Optional.empty();
  }

  private static boolean comesFrom(Dataflow flow, String value, String origin) {
    String at = value;
    for (int i = 0; i < STEPS && !at.equals(origin); i++) {
      Optional<String> before = flow.graph().producer(at).flatMap(node -> before(flow, node));
      if (before.isEmpty()) {
        return false;
      }
      at = before.get();
    }
    return at.equals(origin);
  }

  /** What a node hands on: a transposed matrix of probabilities would swap queries and keys. */
  private static Optional<String> before(Dataflow flow, OnnxNode node) {
    if (node.is("Where")) {
      // Where(IsNaN(p), 0, p), which exports put behind a softmax of rows that may be masked whole.
      return flow.isConstant(node.input(1)) ? Optional.of(node.input(2)) : Optional.empty();
    }
    boolean passes = node.is("Dropout") || (Dataflow.isView(node) && !node.is("Transpose"));
    return passes ? Optional.of(node.input(0)) : Optional.empty();
  }

  /**
   * {@code [groups * heads * keys]} norms; empty where the shape is not that of one vector a key
   * and head. One head may serve all.
   */
  static Optional<double[]> of(Tensor values, SiteLayout layout) {
    int rank = values.rank();
    if (rank < 3 || rank > 4 || values.dim(-2) != layout.keys()) {
      return Optional.empty();
    }
    long heads = rank == 4 ? values.dim(1) : layout.heads();
    long groups = rank == 4 ? values.dim(0) : values.dim(0) / layout.heads();
    boolean fits =
        (heads == layout.heads() || heads == 1)
            && groups >= layout.groups()
            && (rank == 4 || values.dim(0) % layout.heads() == 0);
    if (!fits) {
      return Optional.empty();
    }
    float[] v = Elements.toFloats(values);
    int width = (int) values.dim(-1);
    double[] norms = new double[layout.groups() * layout.heads() * layout.keys()];
    for (int i = 0; i < norms.length; i++) {
      int key = i % layout.keys();
      int head = i / layout.keys() % layout.heads();
      int group = i / layout.keys() / layout.heads();
      int at = (int) ((group * heads + (heads == 1 ? 0 : head)) * layout.keys() + key) * width;
      double sum = 0;
      for (int d = 0; d < width; d++) {
        sum += (double) v[at + d] * v[at + d];
      }
      norms[i] = Math.sqrt(sum);
    }
    return Optional.of(norms);
  }
}
