package dev.tailgate.quant.placement;

import dev.tailgate.onnx.attention.Linear;
import dev.tailgate.onnx.attention.SplitProduct;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.NormStyle;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapRole;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where arXiv 2306.12929's code quantizes. Activations: embedding sums; queries, keys, values;
 * scores after scaling and before the mask; probabilities; context (after a gate in post-LN blocks,
 * as in its BERT, before it in others, as in its OPT); attention output; residual sums; norm
 * outputs; feed-forward output after its activation and after its second layer. Weights: of linear
 * layers, convolutions, embeddings and norms. The head, that is everything after the last block,
 * gates and all biases stay float.
 */
public final class PapersPlacement {
  private static final Set<TapRole> QUANTIZED =
      EnumSet.complementOf(EnumSet.of(TapRole.HEAD_OUT, TapRole.OTHER));

  private final ModelMap map;
  private final OnnxGraph graph;
  private final TapMap taps;
  private final ProductExaminer examiner;
  private final Set<OnnxNode> head;
  private final GateModules gates;
  private final NodeLayers layers;
  private final Selection selection;

  private PapersPlacement(ModelMap map, PointFilter filter) {
    this.map = map;
    this.graph = map.model().graph();
    this.taps = map.taps();
    this.examiner = new ProductExaminer(map);
    this.head = HeadRegion.find(graph, taps);
    this.gates = new GateModules(map);
    this.layers = NodeLayers.of(graph, taps);
    this.selection = new Selection(filter, graph, layers, new ActivationRoles(examiner, taps));
  }

  /** Plans; where no attention block is found, outputs of all weighted operators are quantized. */
  public static PlacementPlan plan(ModelMap map) {
    return plan(map, PointFilter.NONE);
  }

  /**
   * Plans what {@code filter} lets in. A point is chosen by its tensor or by the operator that
   * makes it, a weight by its name or by the operator that reads it; an excluded operator reads
   * floats.
   */
  public static PlacementPlan plan(ModelMap map, PointFilter filter) {
    PapersPlacement placement = new PapersPlacement(map, filter);
    List<PlacementPlan.Candidate> activations = placement.activations();
    WeightCollector weights = new WeightCollector(placement.graph);
    List<PlacementPlan.KeptFloat> kept = placement.weights(weights);
    placement.selection.verify();
    return new PlacementPlan(activations, weights.points(), kept);
  }

  private List<PlacementPlan.Candidate> activations() {
    List<PlacementPlan.Candidate> activations = new ArrayList<>();
    for (Tap tap : taps.taps()) {
      Optional<OnnxNode> maker = graph.producer(tap.tensor());
      boolean apart = maker.filter(node -> head.contains(node) || gates.contains(node)).isPresent();
      boolean wanted = tap.roles().stream().anyMatch(QUANTIZED::contains);
      if (!apart && (wanted || (taps.layers() == 0 && isWeighted(tap)))) {
        point(tap).ifPresent(activations::add);
        activations.addAll(takenOut(tap));
      }
    }
    return activations;
  }

  private Optional<PlacementPlan.Candidate> point(Tap tap) {
    boolean gatedFirst = tap.is(TapRole.ATTN_CONTEXT) && taps.style() == NormStyle.POST_LN;
    String tensor = gatedFirst ? gates.gated(tap.tensor()) : tap.tensor();
    Optional<OnnxNode> maker =
        Linear.making(examiner.flow(), tensor)
            .map(Linear::product)
            .or(() -> graph.producer(tensor));
    if (selection.leavesOut(tensor, tap.label(), tap.layer(), maker).isPresent()) {
      return Optional.empty();
    }
    List<OnnxGraph.Use> uses =
        ValueReaders.of(graph, tensor).stream()
            .filter(use -> !selection.excludes(use.node()))
            .toList();
    return Optional.of(new PlacementPlan.Candidate(tensor, tap.label(), tap.layer(), uses));
  }

  /** Where a product is split and its cut excluded, the larger part is rounded by itself. */
  private List<PlacementPlan.Candidate> takenOut(Tap tap) {
    List<PlacementPlan.Candidate> points = new ArrayList<>();
    for (OnnxGraph.Use use : examiner.flow().realUses(tap.tensor())) {
      OnnxNode cut = use.node();
      if (SplitProduct.takesChannels(examiner.flow(), cut) && selection.excludes(cut)) {
        String part = cut.output(0);
        List<OnnxGraph.Use> uses =
            ValueReaders.of(graph, part).stream()
                .filter(reader -> isLarger(reader.node()) && !selection.excludes(reader.node()))
                .toList();
        if (!uses.isEmpty()) {
          points.add(new PlacementPlan.Candidate(part, tap.label(), tap.layer(), uses));
        }
      }
    }
    return points;
  }

  private boolean isLarger(OnnxNode product) {
    return SplitProduct.at(examiner.flow(), product)
        .filter(split -> split.larger() == product)
        .isPresent();
  }

  private List<PlacementPlan.KeptFloat> weights(WeightCollector weights) {
    List<PlacementPlan.KeptFloat> kept = new ArrayList<>();
    for (OnnxNode node : graph.nodes()) {
      List<WeightInputs.Weight> found = WeightInputs.of(graph, node);
      if (found.isEmpty()) {
        continue;
      }
      Optional<String> reason = reason(node, found);
      if (reason.isPresent()) {
        kept.add(new PlacementPlan.KeptFloat(node.id(), reason.get()));
      } else {
        found.forEach(weight -> weights.add(node, layers.of(node), weight));
      }
    }
    kept.addAll(WeightedNodes.keptNested(map));
    return kept;
  }

  private Optional<String> reason(OnnxNode node, List<WeightInputs.Weight> found) {
    Optional<String> leftOut =
        selection.leavesOut(node, found.stream().map(WeightInputs.Weight::constant).toList());
    if (head.contains(node)) {
      return Optional.of("part of the head, after the last block");
    }
    return gates.contains(node) ? Optional.of("part of a gate") : leftOut;
  }

  private boolean isWeighted(Tap tap) {
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
