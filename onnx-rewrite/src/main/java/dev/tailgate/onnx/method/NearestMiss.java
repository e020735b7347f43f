package dev.tailgate.onnx.method;

import dev.tailgate.onnx.attention.NotASite;
import java.util.Comparator;
import java.util.List;

/** The node that came closest to being an attention, for a model in which none is. */
final class NearestMiss {
  private NearestMiss() {}

  static String of(List<NotASite> notSites) {
    return notSites.stream()
        .max(Comparator.comparingInt(NearestMiss::closeness))
        .map(miss -> "none; the nearest miss is " + miss.node().id() + ": " + miss.reason())
        .orElse("no softmax and no fused attention at all");
  }

  /** Scores that were found count more than probabilities that were. */
  private static int closeness(NotASite miss) {
    if (miss.reason().startsWith("no MatMul takes")) {
      return 2;
    }
    return miss.reason().startsWith("no MatMul makes") ? 1 : 0;
  }
}
