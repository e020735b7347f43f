package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the graph tells of the scores of a site, {@code [B, H, T, S]} or {@code [B*H, T, S]}.
 *
 * @param opset of the model
 * @param type element type that is normalised in; {@link ElementType#UNDEFINED} where it cannot be
 *     told
 * @param rank number of dimensions, or -1
 * @param heads {@code H}, or -1
 */
public record ScoreForm(int opset, ElementType type, int rank, int heads) {
  /** The opset whose {@code CastLike} gives a constant the type of another value. */
  static final int CAST_LIKE = 15;

  private static final int NEGATIVE_AXES = 11;
  private static final Set<String> RESHAPES = Set.of("Flatten", "Reshape", "Squeeze", "Unsqueeze");

  static ScoreForm of(RewriteScope scope, AttentionSite site) {
    return new ScoreForm(
        scope.model().opset(),
        type(scope, site),
        rank(scope, site),
        HeadGeometry.of(scope, site).map(HeadGeometry::heads).orElse(-1));
  }

  /** The type that is normalised in: a cast may lie between the scores and the softmax. */
  private static ElementType type(RewriteScope scope, AttentionSite site) {
    return Stream.of(
            site.normalisation().node().input(0),
            site.normalisation().scores(),
            site.normalisation().probs())
        .map(scope::type)
        .filter(ElementType::isFloat)
        .findFirst()
        .orElse(ElementType.UNDEFINED);
  }

  /** Of the scores as they are normalised; a reshape on the way there may have changed it. */
  private static int rank(RewriteScope scope, AttentionSite site) {
    for (String value : List.of(site.normalisation().scores(), site.normalisation().probs())) {
      if (scope.rank(value) > 0) {
        return scope.rank(value);
      }
    }
    boolean reshaped =
        site.scores().path().stream().anyMatch(step -> RESHAPES.contains(step.node().opType()));
    if (reshaped) {
      return -1;
    }
    OnnxNode product = site.scores().product();
    int operands = Math.max(scope.rank(product.input(0)), scope.rank(product.input(1)));
    // A matrix among the operands would say nothing about the other one.
    return product.is("MatMul") && operands > 2 ? operands : -1;
  }

  /** Whether the last axis can be named. */
  boolean hasLastAxis() {
    return rank >= 0 || opset >= NEGATIVE_AXES;
  }

  /** The last axis; negative ones exist since opset 11. */
  long lastAxis() {
    return opset >= NEGATIVE_AXES ? -1 : rank - 1L;
  }

  /** Whether a constant of the type of the scores can be made. */
  boolean hasConstants() {
    return type.isFloat() || opset >= CAST_LIKE;
  }
}
