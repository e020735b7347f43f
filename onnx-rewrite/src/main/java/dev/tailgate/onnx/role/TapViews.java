package dev.tailgate.onnx.role;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.Ranks;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts each tensor and its views together, so that the same elements are measured once. */
final class TapViews {
  private final Dataflow flow;
  private final Set<String> activations;
  private final Map<String, EnumSet<TapRole>> roles;
  private final Map<String, Integer> layers;

  private TapViews(
      Dataflow flow,
      Set<String> activations,
      Map<String, EnumSet<TapRole>> roles,
      Map<String, Integer> layers) {
    this.flow = flow;
    this.activations = activations;
    this.roles = roles;
    this.layers = layers;
  }

  /** The taps in graph order, given the roles and layers of some values. */
  static List<Tap> collapse(
      Dataflow flow,
      Set<String> activations,
      Map<String, EnumSet<TapRole>> roles,
      Map<String, Integer> layers) {
    return new TapViews(flow, activations, roles, layers).taps();
  }

  /** One tap for each tensor; its views stand behind the one of them that has a role. */
  private List<Tap> taps() {
    Map<String, List<String>> classes = new LinkedHashMap<>();
    for (OnnxNode node : flow.graph().nodes()) {
      for (String output : node.outputs()) {
        if (activations.contains(output)) {
          classes.computeIfAbsent(root(output), r -> new ArrayList<>()).add(output);
        }
      }
    }
    List<Tap> taps = new ArrayList<>();
    Ranks ranks = Ranks.of(flow);
    classes.values().forEach(views -> taps.add(tap(views, ranks)));
    return taps;
  }

  private String root(String value) {
    String at = value;
    Optional<OnnxNode> node = flow.graph().producer(at);
    while (node.isPresent()
        && Dataflow.isView(node.get())
        && activations.contains(node.get().input(0))) {
      at = node.get().input(0);
      node = flow.graph().producer(at);
    }
    return at;
  }

  private Tap tap(List<String> views, Ranks ranks) {
    EnumSet<TapRole> all = EnumSet.noneOf(TapRole.class);
    String tensor = views.get(0);
    int layer = -1;
    for (String view : views) {
      EnumSet<TapRole> own = roles.get(view);
      if (own != null) {
        tensor = all.isEmpty() ? view : tensor;
        layer = Math.max(layer, layers.getOrDefault(view, -1));
        all.addAll(own);
      }
    }
    return new Tap(
        unflattened(tensor, views, ranks), all.isEmpty() ? EnumSet.of(TapRole.OTHER) : all, layer);
  }

  /**
   * The {@code [B, T, D]} view of a tensor that a Gemm made as {@code [B T, D]}: the first axis is
   * to be the sequence. The last such view, because recurrent layouts {@code [T, B, D]} are turned
   * round after the product.
   */
  private static String unflattened(String tensor, List<String> views, Ranks ranks) {
    return ranks.of(tensor) != 2
        ? tensor
        : views.stream().filter(view -> ranks.of(view) == 3).reduce((a, b) -> b).orElse(tensor);
  }
}
