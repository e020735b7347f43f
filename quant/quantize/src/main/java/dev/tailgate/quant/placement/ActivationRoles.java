package dev.tailgate.quant.placement;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapRole;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Names activations by the tap they are, or that they are a part, a scaling, a rotation or an
 * extension of: queries stay queries when they are split into heads and turned by their positions.
 */
final class ActivationRoles {
  private static final int DEPTH = 12;
  private static final Set<String> PARTS = Set.of("Gather", "Neg", "Pad", "Slice", "Split", "Tile");

  private final ProductExaminer examiner;
  private final Dataflow flow;
  private final Map<String, Tap> bySource = new HashMap<>();
  private final Map<String, Named> known = new HashMap<>();

  ActivationRoles(ProductExaminer examiner, TapMap taps) {
    this.examiner = examiner;
    this.flow = examiner.flow();
    for (Tap tap : taps.taps()) {
      bySource.put(tap.tensor(), tap);
      bySource.putIfAbsent(flow.source(tap.tensor()), tap);
    }
  }

  /** Role and block, in the words of {@link PlacementPlan.Candidate}. */
  record Named(String role, int layer) {}

  Named of(String tensor) {
    return known.computeIfAbsent(
        tensor,
        t ->
            tap(t, 0)
                .map(tap -> new Named(tap.label(), tap.layer()))
                .orElse(new Named(TapRole.OTHER.label(), -1)));
  }

  private Optional<Tap> tap(String value, int depth) {
    String source = flow.source(value);
    for (String at : List.of(value, source)) {
      Tap tap = bySource.get(at);
      if (tap != null && !tap.is(TapRole.OTHER)) {
        return Optional.of(tap);
      }
    }
    OnnxNode node = flow.graph().producer(source).orElse(null);
    if (node == null || depth == DEPTH || !node.domain().isEmpty()) {
      return Optional.empty();
    }
    if (PARTS.contains(node.opType())) {
      return tap(node.input(0), depth + 1);
    }
    return switch (node.opType()) {
      case "Concat" -> common(node.inputs().stream().filter(examiner::isActivation), depth);
      // A scaling has one factor with data, and a rotation is a sum of two scalings.
      case "Mul", "Div" -> {
        List<String> data = node.inputs().stream().filter(examiner::isActivation).toList();
        yield data.size() == 1 ? tap(data.get(0), depth + 1) : Optional.empty();
      }
      case "Add", "Sub" ->
          node.inputs().stream().allMatch(examiner::isActivation)
              ? common(node.inputs().stream(), depth)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** The tap that all of those have which have one: a cache has none. */
  private Optional<Tap> common(Stream<String> values, int depth) {
    List<Tap> taps = values.flatMap(v -> tap(v, depth + 1).stream()).distinct().toList();
    return taps.size() == 1 ? Optional.of(taps.get(0)) : Optional.empty();
  }
}
