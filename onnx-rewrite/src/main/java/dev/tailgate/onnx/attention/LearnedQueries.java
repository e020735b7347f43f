package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;

/**
 * Tells queries that are constants (pooling heads, inducing points, latents, object queries) from
 * classifiers and routers. All are a softmax behind a product of data with a constant; what differs
 * is the axis that is normalised:
 *
 * <pre>
 *   learned queries   softmax(Q [n, d] * K^T [.., d, S])    over S, which is of the data
 *                     softmax((K [.., S, d] * Q^T [d, n])^T), the same turned
 *   classifier        softmax(x [.., T, d] * W [d, n])      over n, which is of the constant
 * </pre>
 *
 * That the probabilities weight values from data is for {@link ContextSearch} to say.
 */
final class LearnedQueries {
  private LearnedQueries() {}

  /** Whether {@code product} multiplies a constant by data. */
  static boolean mayMeetKeys(Dataflow flow, OnnxNode product) {
    return Dataflow.isProduct(product)
        && flow.isConstant(product.input(0)) != flow.isConstant(product.input(1));
  }

  /** Whether {@code product} multiplies two constants, which leaves scores that never change. */
  static boolean meetConstantKeys(Dataflow flow, OnnxNode product) {
    return Dataflow.isProduct(product)
        && flow.isConstant(product.input(0))
        && flow.isConstant(product.input(1));
  }

  /** Whether the last axis behind {@code path} is one of the data and not of the constant. */
  static boolean normalisesData(
      Dataflow flow, Ranks ranks, OnnxNode product, List<ScoreStep> path) {
    boolean left = flow.isConstant(product.input(0));
    if (product.is("Einsum")) {
      return lastLetterIsOfData(product, left ? 1 : 0) && turns(ranks, path) == 0;
    }
    // A column of one query: the axis that is normalised can only be one of the data.
    if (!left && columns(flow, product).equals(Optional.of(1L))) {
      return true;
    }
    return turns(ranks, path) == (left ? 0 : 1);
  }

  /** The operand with the queries. */
  static int queryInput(Dataflow flow, OnnxNode product) {
    return flow.isConstant(product.input(0)) ? 0 : 1;
  }

  private static Optional<Long> columns(Dataflow flow, OnnxNode product) {
    boolean turned = product.intAttribute("transB", 0) == 1;
    return flow.graph()
        .constant(product.input(1))
        .map(ConstantTensor::dims)
        .filter(dims -> dims.size() >= 2)
        .map(dims -> dims.get(dims.size() - (turned ? 2 : 1)));
  }

  private static boolean lastLetterIsOfData(OnnxNode einsum, int data) {
    String[] sides = einsum.stringAttribute("equation", "").replace(" ", "").split("->", -1);
    String[] terms = sides[0].split(",", -1);
    if (sides.length != 2 || terms.length != 2 || sides[1].isEmpty()) {
      return false;
    }
    String last = sides[1].substring(sides[1].length() - 1);
    return terms[data].contains(last) && !terms[1 - data].contains(last);
  }

  /**
   * How far from the end of the product's axes the last axis of the scores lay: 0 for the last, 1
   * for the one before; -1 where that cannot be told.
   */
  private static int turns(Ranks ranks, List<ScoreStep> path) {
    int fromEnd = 0;
    for (int i = path.size() - 1; i >= 0 && fromEnd >= 0; i--) {
      OnnxNode node = path.get(i).node();
      if (node.is("Transpose")) {
        List<Long> perm = node.intsAttribute("perm").orElse(List.of());
        int at = perm.size() - 1 - fromEnd;
        fromEnd = at < 0 ? -1 : (int) (perm.size() - 1 - perm.get(at));
      } else if (node.is("Squeeze") || node.is("Unsqueeze")) {
        // In front of queries and keys these change nothing; behind them they are not followed.
        int before = ranks.of(node.input(0));
        int after = ranks.of(node.output(0));
        fromEnd = before > 2 && after > 2 ? fromEnd : -1;
      }
    }
    return fromEnd;
  }
}
