package dev.tailgate.onnx.layer;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.role.ActivationValues;
import dev.tailgate.onnx.role.TapFinder;
import dev.tailgate.onnx.role.TapMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is where in a model: how data flows through its main graph, its attentions, its activations
 * by role, its layers. Each is found when it is first asked for, and then kept, so whoever works on
 * one model hands one map on. Nothing is run. Immutable, and may be shared between threads.
 */
public final class ModelMap {
  private final OnnxModel model;
  private final Found<Dataflow> flow;
  private final Found<ElementTypes> types;
  private final Found<AttentionReport> attention;
  private final Found<Set<String>> activations;
  private final Found<TapMap> taps;
  private final Found<Layers> layers;

  private ModelMap(OnnxModel model) {
    this.model = model;
    this.flow = new Found<>(() -> Dataflow.of(model.graph()));
    this.types = new Found<>(() -> ElementTypes.of(model.graph()));
    this.attention = new Found<>(() -> AttentionFinder.find(model, flow()));
    this.activations = new Found<>(() -> ActivationValues.of(flow(), types(), attention()));
    this.taps = new Found<>(() -> TapFinder.find(flow(), activations(), attention()));
    this.layers = new Found<>(() -> Layers.of(flow()));
  }

  /** The map of {@code model}, on which nothing is drawn yet. */
  public static ModelMap of(OnnxModel model) {
    return new ModelMap(model);
  }

  /** The model. */
  public OnnxModel model() {
    return model;
  }

  /** What is constant in the main graph, and who reads what. */
  public Dataflow flow() {
    return flow.get();
  }

  /** The element types of the values of the main graph. */
  public ElementTypes types() {
    return types.get();
  }

  /** The attentions, those of subgraphs and functions included, and what looks like one. */
  public AttentionReport attention() {
    return attention.get();
  }

  /** The float values of the main graph that carry data, not masks or positions. */
  public Set<String> activations() {
    return activations.get();
  }

  /** The activations of the main graph by role. */
  public TapMap taps() {
    return taps.get();
  }

  /** The linear layers and norms of the main graph. */
  public Layers layers() {
    return layers.get();
  }

  /** A part of the map: found by the first who asks, while others wait. */
  private static final class Found<T> {
    private final Supplier<T> finder;
    private @Nullable T part;

    Found(Supplier<T> finder) {
      this.finder = finder;
    }

    synchronized T get() {
      T known = part;
      if (known == null) {
        known = finder.get();
        part = known;
      }
      return known;
    }
  }
}
