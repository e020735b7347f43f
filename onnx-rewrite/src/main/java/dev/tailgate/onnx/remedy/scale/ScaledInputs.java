package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.Layers;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.ModelMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the activations that linear layers read, in graph order of their first reader. */
public final class ScaledInputs {
  private ScaledInputs() {}

  /** Those of the model of {@code map}. */
  public static List<ScaledInput> of(ModelMap map) {
    Layers layers = map.layers();
    Passage passage = new Passage(map.flow());
    ContextLayout contexts = new ContextLayout(map.flow(), passage, map.attention().sites());
    Map<String, List<LinearLayer>> bySource = new LinkedHashMap<>();
    for (LinearLayer layer : layers.linears()) {
      bySource.computeIfAbsent(passage.source(layer.input()), k -> new ArrayList<>()).add(layer);
    }
    List<ScaledInput> inputs = new ArrayList<>();
    bySource.forEach(
        (tensor, readers) -> {
          int width = readers.get(0).in();
          // One channel is a scale of the tensor; two widths have no channels in common.
          if (width > 1 && readers.stream().allMatch(layer -> layer.in() == width)) {
            inputs.add(
                new ScaledInput(
                    tensor,
                    readers.get(0).input(),
                    width,
                    readers,
                    fold(layers, passage, contexts, tensor, readers)));
          }
        });
    return inputs;
  }

  private static Fold fold(
      Layers layers,
      Passage passage,
      ContextLayout contexts,
      String tensor,
      List<LinearLayer> readers) {
    Set<OnnxNode> products = readers.stream().map(LinearLayer::product).collect(Collectors.toSet());
    Optional<String> other = passage.otherReader(tensor, products);
    return other.isPresent()
        ? new Fold.Nowhere(other.get() + " reads it too")
        : new FoldSearch(layers, passage, contexts, readers.get(0).in()).from(tensor);
  }
}
