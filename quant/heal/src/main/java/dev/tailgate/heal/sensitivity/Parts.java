package dev.tailgate.heal.sensitivity;

import dev.tailgate.heal.sensitivity.Part.Kind;
import dev.tailgate.heal.sensitivity.Part.Level;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.quant.placement.QuantPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Divides the quantized points of a model into parts, on three levels. */
final class Parts {
  private static final Set<String> ATTENTION =
      labels(
          TapRole.QUERY,
          TapRole.KEY,
          TapRole.VALUE,
          TapRole.ATTN_SCORES,
          TapRole.ATTN_PROBS,
          TapRole.ATTN_CONTEXT,
          TapRole.ATTN_OUT);
  private static final Set<String> FEED_FORWARD = labels(TapRole.FFN_ACT, TapRole.FFN_OUT);
  private static final String STREAM = "residual stream";
  private static final int DEPTH = 8;

  private final Dataflow flow;
  private final TapMap taps;

  private Parts(ModelMap map) {
    this.flow = map.flow();
    this.taps = map.taps();
  }

  private static Set<String> labels(TapRole... roles) {
    return Arrays.stream(roles).map(TapRole::label).collect(Collectors.toSet());
  }

  /** Layers, then sites, then taps; the parts of kind {@code BOTH} come first on each level. */
  static List<Part> of(ModelMap map, Collection<QuantPoint> points) {
    Parts parts = new Parts(map);
    Map<Integer, List<QuantPoint>> byLayer = new TreeMap<>();
    points.forEach(p -> byLayer.computeIfAbsent(p.layer(), l -> new ArrayList<>()).add(p));
    Map<Integer, Map<String, List<QuantPoint>>> bySite = new TreeMap<>();
    byLayer.forEach((layer, members) -> bySite.put(layer, parts.sites(members)));
    List<Part> result = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      byLayer.forEach(
          (layer, members) -> add(result, Level.LAYER, layerName(layer), layer, kind, members));
    }
    for (Kind kind : Kind.values()) {
      bySite.forEach(
          (layer, sites) ->
              sites.forEach(
                  (site, members) ->
                      add(
                          result,
                          Level.SITE,
                          layer < 0 ? site + " outside the blocks" : site + " of layer " + layer,
                          layer,
                          kind,
                          members)));
    }
    points.forEach(p -> add(result, Level.TAP, tapName(p), p.layer(), Kind.BOTH, List.of(p)));
    return result;
  }

  private static String layerName(int layer) {
    return layer < 0 ? "outside the blocks" : "layer " + layer;
  }

  private static String tapName(QuantPoint point) {
    String what = point instanceof QuantPoint.Weight ? "weight of " + point.role() : point.role();
    return what + " " + Printable.of(point.tensor());
  }

  private static void add(
      List<Part> parts, Level level, String label, int layer, Kind kind, List<QuantPoint> all) {
    List<QuantPoint> points =
        all.stream()
            .filter(
                p ->
                    kind == Kind.BOTH || (kind == Kind.WEIGHTS) == (p instanceof QuantPoint.Weight))
            .toList();
    // Where all points are of one kind there is nothing to tell apart.
    if (!points.isEmpty() && (kind == Kind.BOTH || points.size() < all.size())) {
      parts.add(new Part(level, label, layer, kind, points));
    }
  }

  private Map<String, List<QuantPoint>> sites(List<QuantPoint> members) {
    Map<String, List<QuantPoint>> sites = new TreeMap<>();
    members.forEach(p -> sites.computeIfAbsent(site(p), s -> new ArrayList<>()).add(p));
    return sites;
  }

  private String site(QuantPoint point) {
    if (point instanceof QuantPoint.Activation) {
      return siteOf(Set.of(point.role()));
    }
    return point.uses().stream()
        .flatMap(use -> made(use.node().output(0), 0).stream())
        .findFirst()
        .orElse(STREAM);
  }

  private static String siteOf(Set<String> roles) {
    if (roles.stream().anyMatch(ATTENTION::contains)) {
      return "attention";
    }
    return roles.stream().anyMatch(FEED_FORWARD::contains) ? "feed-forward" : STREAM;
  }

  /** What the values that are made of {@code value} serve: the nearest tap with a role tells. */
  private Optional<String> made(String value, int depth) {
    Optional<Tap> tap =
        taps.taps().stream()
            .filter(t -> t.tensor().equals(value) && !t.is(TapRole.OTHER))
            .filter(t -> !t.is(TapRole.LINEAR_OUT))
            .findFirst();
    if (tap.isPresent()) {
      return Optional.of(
          siteOf(tap.get().roles().stream().map(TapRole::label).collect(Collectors.toSet())));
    }
    if (depth == DEPTH) {
      return Optional.empty();
    }
    return flow.dataUses(value).stream()
        .filter(use -> use.inputIndex() >= 0)
        .flatMap(use -> made(use.node().output(0), depth + 1).stream())
        .findFirst();
  }
}
