package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The stretch of Clipped_Softmax behind a normaliser: {@code Mul(zeta - gamma)}, {@code
 * Add(gamma)}, {@code Clip(0, 1)}, with either of the first two left out.
 */
final class ClippedProbabilities {
  private ClippedProbabilities() {}

  static Optional<NormaliserMatch> around(Dataflow flow, NormaliserMatch match) {
    List<OnnxNode> stretch = new ArrayList<>();
    String at = match.output();
    for (int i = 0; i < 3; i++) {
      Optional<OnnxNode> next = flow.onlyUse(at).map(use -> use.node());
      if (next.isEmpty()) {
        return Optional.empty();
      }
      OnnxNode node = next.get();
      stretch.add(node);
      if (node.is("Clip")) {
        return isUnitInterval(flow, node)
            ? Optional.of(
                match.wrapped(
                    match.normaliser().clipped(),
                    match.maskedScores(),
                    node.output(0),
                    List.of(),
                    stretch))
            : Optional.empty();
      }
      int other = node.input(0).equals(at) ? 1 : 0;
      boolean stretches = node.is("Mul") || node.is("Add");
      if (!stretches || !SiteScores.isScale(flow, node.input(other), 0)) {
        return Optional.empty();
      }
      at = node.output(0);
    }
    return Optional.empty();
  }

  private static boolean isUnitInterval(Dataflow flow, OnnxNode clip) {
    Optional<Double> low = flow.scalar(clip.input(1));
    Optional<Double> high = flow.scalar(clip.input(2));
    if (clip.hasAttribute("min") || clip.hasAttribute("max")) {
      low = Optional.of((double) clip.floatAttribute("min", Float.NEGATIVE_INFINITY));
      high = Optional.of((double) clip.floatAttribute("max", Float.POSITIVE_INFINITY));
    }
    return low.equals(Optional.of(0.0)) && high.equals(Optional.of(1.0));
  }
}
