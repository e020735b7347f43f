package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapRole;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Where arXiv 2306.12929's code quantizes. Activations: embedding sums; queries, keys, values;
 * scores after scaling and before the mask; probabilities; context; attention output; residual
 * sums; norm outputs; feed-forward output after its activation and after its second layer. Weights:
 * of linear layers, convolutions, embeddings and norms. The head, that is everything after the last
 * block, and all biases stay float.
 */
public final class PapersPlacement {
  private static final Set<TapRole> QUANTIZED =
      EnumSet.complementOf(EnumSet.of(TapRole.HEAD_OUT, TapRole.OTHER));

  private PapersPlacement() {}

  /** Plans; where no attention block is found, outputs of all weighted operators are quantized. */
  public static PlacementPlan plan(OnnxModel model, TapMap taps) {
    OnnxGraph graph = model.graph();
    Set<OnnxNode> head = HeadRegion.find(graph, taps);
    List<PlacementPlan.Candidate> activations = new ArrayList<>();
    for (Tap tap : taps.taps()) {
      boolean inHead = graph.producer(tap.tensor()).map(head::contains).orElse(false);
      boolean wanted = tap.roles().stream().anyMatch(QUANTIZED::contains);
      if (!inHead && (wanted || (taps.layers() == 0 && isWeighted(graph, tap)))) {
        activations.add(
            new PlacementPlan.Candidate(
                tap.tensor(), tap.label(), tap.layer(), ValueReaders.of(graph, tap.tensor())));
      }
    }
    WeightCollector weights = new WeightCollector(graph);
    NodeLayers layers = NodeLayers.of(graph, taps);
    List<PlacementPlan.KeptFloat> kept = new ArrayList<>();
    for (OnnxNode node : graph.nodes()) {
      for (WeightInputs.Weight weight : WeightInputs.of(graph, node)) {
        if (head.contains(node)) {
          kept.add(
              new PlacementPlan.KeptFloat(node.id(), "part of the head, after the last block"));
        } else {
          weights.add(node, layers.of(node), weight);
        }
      }
    }
    return new PlacementPlan(activations, weights.points(), kept);
  }

  private static boolean isWeighted(OnnxGraph graph, Tap tap) {
    return graph
        .producer(tap.tensor())
        .map(
            node ->
                !WeightInputs.of(graph, node).isEmpty()
                    || (node.is("Add")
                        && node.inputs().stream()
                            .flatMap(i -> graph.producer(i).stream())
                            .anyMatch(source -> !WeightInputs.of(graph, source).isEmpty())))
        .orElse(false);
  }
}
