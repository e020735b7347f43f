package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.Dim;
import java.util.OptionalInt;

/**
 * {@code Y = A B} over the last two axes, the others broadcast: {@code dA = dY B^T}, {@code dB =
 * A^T dY}, each summed over the axes along which its matrix was repeated. Where {@code B} is one
 * matrix for all rows, rows of all batches are one long axis, and each gradient is one {@code
 * Gemm}.
 */
public final class MatMulGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    OptionalInt left = node.rank(0);
    OptionalInt right = node.rank(1);
    if (left.isEmpty() || right.isEmpty()) {
      throw node.refusal("the ranks of its inputs are not known");
    }
    if (left.getAsInt() > 1 && right.getAsInt() == 2) {
      shared(node);
    } else if (left.getAsInt() == 1 || right.getAsInt() == 1) {
      vectors(node, left.getAsInt(), right.getAsInt());
    } else {
      batched(node, left.getAsInt(), right.getAsInt());
    }
  }

  private static void shared(Adjoint node) {
    Value a = node.in(0);
    Value b = node.in(1);
    Value g = node.upstream();
    boolean isFlat = node.rank(0).getAsInt() == 2;
    Value rows = isFlat ? g : rows(node, g, b, 1);
    if (node.wants(0)) {
      Value product = node.graph().node("Gemm", rows, b).with("transB", 1).value();
      node.give(0, isFlat ? product : product.op("Reshape", a.shape()));
    }
    if (node.wants(1)) {
      Value inputs = isFlat ? a : rows(node, a, b, 0);
      node.give(1, node.graph().node("Gemm", inputs, rows).with("transA", 1).value());
    }
  }

  /** All rows of {@code value} as one matrix, with as many columns as an axis of {@code b}. */
  private static Value rows(Adjoint node, Value value, Value b, int axis) {
    long known =
        node.dims(1).map(dims -> dims.get(axis).sizeOrMinusOne()).filter(n -> n > 0).orElse(-1L);
    Value columns = known > 0 ? node.graph().longs(known) : b.extent(axis);
    return value.op("Reshape", node.graph().concat(0, node.graph().longs(-1), columns));
  }

  private static void batched(Adjoint node, int left, int right) {
    Value g = node.upstream();
    if (node.wants(0)) {
      Value product = g.matMul(transposed(node.in(1), right));
      node.give(0, node.summedTo(product, sameBatch(node, left, right, 0), 0));
    }
    if (node.wants(1)) {
      Value product = transposed(node.in(0), left).matMul(g);
      node.give(1, node.summedTo(product, sameBatch(node, left, right, 1), 1));
    }
  }

  /** The input itself where its batch axes are those of the other, which leaves nothing to sum. */
  private static String sameBatch(Adjoint node, int left, int right, int input) {
    boolean areEqual =
        left == right
            && node.dims(0)
                .orElseThrow()
                .subList(0, left - 2)
                .equals(node.dims(1).orElseThrow().subList(0, right - 2))
            && node.dims(0).orElseThrow().subList(0, left - 2).stream()
                .noneMatch(Dim.Unknown.class::isInstance);
    return areEqual ? node.node().input(input) : "";
  }

  private static Value transposed(Value matrix, int rank) {
    long[] perm = new long[rank];
    for (int i = 0; i < rank; i++) {
      perm[i] = i;
    }
    perm[rank - 2] = rank - 1L;
    perm[rank - 1] = rank - 2L;
    return matrix.transpose(perm);
  }

  /** A vector is a row on the left and a column on the right, whose axis the product then lacks. */
  private static void vectors(Adjoint node, int left, int right) {
    Value a = left == 1 ? node.in(0).unsqueeze(0) : node.in(0);
    Value b = right == 1 ? node.in(1).unsqueeze(1) : node.in(1);
    Value g = node.upstream();
    g = right == 1 ? g.unsqueeze(-1) : g;
    g = left == 1 ? g.unsqueeze(-2) : g;
    int leftRank = Math.max(left, 2);
    int rightRank = Math.max(right, 2);
    if (node.wants(0)) {
      Value product = g.matMul(transposed(b, rightRank));
      Value row = left == 1 ? product.op("Reshape", flat(node, node.in(0))) : product;
      node.give(0, left == 1 ? row.sum(0).squeeze(0) : node.summedTo(row, "", 0));
    }
    if (node.wants(1)) {
      Value product = transposed(a, leftRank).matMul(g);
      Value column = right == 1 ? product.op("Reshape", flat(node, node.in(1))) : product;
      node.give(1, right == 1 ? column.sum(0).squeeze(0) : node.summedTo(column, "", 1));
    }
  }

  private static Value flat(Adjoint node, Value vector) {
    return node.graph().concat(0, node.graph().longs(-1), vector.shape());
  }
}
