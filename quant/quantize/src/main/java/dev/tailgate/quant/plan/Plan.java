package dev.tailgate.quant.plan;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.weights.WeightGrids;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one model is to be quantized: its map, the settings, and the points that the placement of the
 * settings chooses on the map. A remedy changes the model or the settings, which gives another
 * plan; several plans of one model share its map.
 *
 * <p>Immutable. The points are found when they are first asked for: until then, selectors that
 * match nothing in the model go unnoticed.
 */
public final class Plan {
  private final ModelMap map;
  private final QuantizationSettings settings;
  private @Nullable PlacementPlan placed;

  private Plan(ModelMap map, QuantizationSettings settings) {
    this.map = map;
    this.settings = settings;
  }

  /** The plan of {@code settings} for the model of {@code map}. */
  public static Plan of(ModelMap map, QuantizationSettings settings) {
    return new Plan(map, settings);
  }

  /** The same settings for another model. */
  public Plan with(OnnxModel other) {
    return other == model() ? this : new Plan(ModelMap.of(other), settings);
  }

  /** The same model with other settings. */
  public Plan with(QuantizationSettings other) {
    return new Plan(map, other);
  }

  /** What is where in the model. */
  public ModelMap map() {
    return map;
  }

  /** The model, in floats. */
  public OnnxModel model() {
    return map.model();
  }

  /** What is rounded to what, where, and by which ranges. */
  public QuantizationSettings settings() {
    return settings;
  }

  /**
   * What the placement quantizes, before anything is known of shapes.
   *
   * @throws dev.tailgate.onnx.ir.ModelException where a selector matches nothing
   */
  public synchronized PlacementPlan placed() {
    PlacementPlan known = placed;
    if (known == null) {
      known =
          settings
              .placement()
              .plan(map, settings.selection().withDynamic(settings.scheme().isDynamicByTensor()));
      placed = known;
    }
    return known;
  }

  /** The tensors of which a shape is needed. */
  public Set<String> tensors() {
    Set<String> tensors = new LinkedHashSet<>();
    placed().activations().forEach(candidate -> tensors.add(candidate.tensor()));
    return tensors;
  }

  /** The activations to quantize, by a run on the first batch of the probe's data. */
  public List<QuantPoint.Activation> probe(ShapeProbe shapes) {
    return activations(shapes.probe(model(), tensors()));
  }

  /**
   * The activations to quantize, where {@code shapes} are known already; what is no float tensor or
   * has no reader is left out.
   */
  public List<QuantPoint.Activation> activations(Map<String, ShapeProbe.Probed> shapes) {
    List<QuantPoint.Activation> points = new ArrayList<>();
    TakenBranches taken =
        TakenBranches.of(model().graph(), placed().activations(), shapes.keySet());
    for (PlacementPlan.Candidate candidate : placed().activations()) {
      ShapeProbe.Probed probed = shapes.get(candidate.tensor());
      List<OnnxGraph.Use> uses = taken.run(candidate.uses());
      if (probed != null && !uses.isEmpty()) {
        points.add(
            new QuantPoint.Activation(
                candidate.tensor(),
                candidate.role(),
                candidate.layer(),
                probed.type(),
                probed.rank(),
                probed.tokens(),
                uses));
      }
    }
    return points;
  }

  /**
   * Which branches the data takes: all of a model without any, else those in which some activation
   * to quantize had a value.
   *
   * @param points what {@link #activations} gave
   */
  public TakenBranches branches(List<QuantPoint.Activation> points) {
    return TakenBranches.of(
        model().graph(),
        placed().activations(),
        points.stream().map(QuantPoint.Activation::tensor).toList());
  }

  /** The grids of all weights, from their values; none where weights stay float. */
  public WeightGrids weightGrids() {
    return weightGrids(new TakenBranches(Set.of()));
  }

  /** The grids of the weights that are read, from their values; none where weights stay float. */
  public WeightGrids weightGrids(TakenBranches branches) {
    PointSchemes schemes = new PointSchemes(settings.exceptions());
    return settings
        .scheme()
        .weights()
        .map(
            base ->
                WeightGrids.of(
                    model(),
                    placed().weights().stream().flatMap(w -> branches.run(w).stream()).toList(),
                    point -> schemes.of(point, base),
                    settings.weightRange()))
        .orElseGet(() -> new WeightGrids(Map.of(), List.of()));
  }
}
