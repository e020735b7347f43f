package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The nodes around a softmax that make it another normaliser.
 *
 * <pre>
 *   scores                                scores -> Concat(zero column)
 *     |                                              |
 *   Softmax                                       Softmax
 *     |                                              |
 *   probs           is softmax                Slice(drop the column)     is softmax1
 * </pre>
 *
 * Either may be followed by {@code Mul(zeta - gamma)}, {@code Add(gamma)}, {@code Clip(0, 1)}.
 *
 * @param normaliser what is computed
 * @param maskedScores what is normalised, without the zero column
 * @param output the probabilities
 */
record NormaliserMatch(Normaliser normaliser, String maskedScores, String output) {

  static NormaliserMatch around(Dataflow flow, OnnxNode softmax) {
    NormaliserMatch plain =
        new NormaliserMatch(Normaliser.SOFTMAX, softmax.input(0), softmax.output(0));
    NormaliserMatch unclipped = softmax1(flow, softmax).orElse(plain);
    return clipped(flow, unclipped).orElse(unclipped);
  }

  private static Optional<NormaliserMatch> softmax1(Dataflow flow, OnnxNode softmax) {
    Optional<OnnxNode> concat =
        flow.graph()
            .producer(softmax.input(0))
            .filter(n -> n.is("Concat") && n.inputs().size() == 2);
    if (concat.isEmpty()) {
      return Optional.empty();
    }
    for (int zero = 0; zero < 2; zero++) {
      Optional<String> kept = withoutColumn(flow, softmax.output(0), zero == 0);
      if (kept.isPresent() && isZero(flow, concat.get().input(zero), 0)) {
        return Optional.of(
            new NormaliserMatch(Normaliser.SOFTMAX1, concat.get().input(1 - zero), kept.get()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> withoutColumn(Dataflow flow, String wide, boolean dropFirst) {
    List<OnnxGraph.Use> uses = flow.dataUses(wide);
    if (uses.size() != 1 || !uses.get(0).node().is("Slice")) {
      return Optional.empty();
    }
    OnnxNode slice = uses.get(0).node();
    Optional<Long> start = bound(flow, slice, 1, "starts");
    Optional<Long> end = bound(flow, slice, 2, "ends");
    boolean drops =
        dropFirst
            ? start.equals(Optional.of(1L)) && end.filter(e -> e >= Integer.MAX_VALUE).isPresent()
            : start.equals(Optional.of(0L)) && end.equals(Optional.of(-1L));
    return drops ? Optional.of(slice.output(0)) : Optional.empty();
  }

  /** A one-element slice bound: an input since opset 10, an attribute before. */
  private static Optional<Long> bound(Dataflow flow, OnnxNode slice, int input, String attribute) {
    Optional<List<Long>> values =
        slice.hasInput(input) ? flow.integers(slice.input(input)) : slice.intsAttribute(attribute);
    return values.filter(v -> v.size() == 1).map(v -> v.get(0));
  }

  private static boolean isZero(Dataflow flow, String value, int depth) {
    Optional<ConstantTensor> constant = flow.graph().constant(value);
    if (constant.isPresent()) {
      return constant.get().elementCount() <= 4096
          && Arrays.stream(constant.get().toDoubles(4096)).allMatch(v -> v == 0);
    }
    Optional<OnnxNode> producer = flow.graph().producer(value);
    if (producer.isEmpty() || depth > 8) {
      return false;
    }
    OnnxNode node = producer.get();
    if (node.is("ConstantOfShape")) {
      return node.tensorAttribute("value").map(v -> v.toDoubles(1)[0] == 0).orElse(true);
    }
    return Dataflow.isView(node) && isZero(flow, node.input(0), depth + 1);
  }

  private static Optional<NormaliserMatch> clipped(Dataflow flow, NormaliserMatch match) {
    String at = match.output();
    for (int i = 0; i < 3; i++) {
      List<OnnxGraph.Use> uses = flow.dataUses(at);
      if (uses.size() != 1) {
        return Optional.empty();
      }
      OnnxNode node = uses.get(0).node();
      if (node.is("Clip")) {
        return isUnitInterval(flow, node)
            ? Optional.of(
                new NormaliserMatch(
                    match.normaliser().clipped(), match.maskedScores(), node.output(0)))
            : Optional.empty();
      }
      boolean stretches = node.is("Mul") || node.is("Add");
      if (!stretches || flow.scalar(node.input(1 - uses.get(0).inputIndex())).isEmpty()) {
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
