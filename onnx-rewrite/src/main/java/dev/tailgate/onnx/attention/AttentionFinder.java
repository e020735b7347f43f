package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.NestedGraphs;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds attentions by following data from each softmax: backwards to the product of queries and
 * keys, forwards to the product with the values. Names of nodes and values play no part.
 */
public final class AttentionFinder {
  private static final Set<String> QUANTIZED = Set.of("QLinearSoftmax", "IntegerSoftmax");

  private final Dataflow flow;
  private final Ranks ranks;
  private final int opset;
  private final List<AttentionSite> sites = new ArrayList<>();
  private final List<FusedSite> fused = new ArrayList<>();
  private final List<NotASite> notSites = new ArrayList<>();

  private AttentionFinder(OnnxModel model, Dataflow flow) {
    this.flow = flow;
    this.ranks = Ranks.of(flow);
    this.opset = model.opset();
  }

  /**
   * All attentions of {@code model}, those of subgraphs and functions included, and all nodes that
   * look like one and are none.
   */
  public static AttentionReport find(OnnxModel model) {
    return find(model, Dataflow.of(model.graph()));
  }

  /** The same where the data flow of the main graph is known. */
  public static AttentionReport find(OnnxModel model, Dataflow flow) {
    AttentionReport main = within(model, flow);
    List<NestedAttention> nested =
        NestedGraphs.of(model).stream()
            .map(graph -> new NestedAttention(graph, within(graph.view())))
            .filter(found -> !found.report().isEmpty())
            .toList();
    return new AttentionReport(main.sites(), main.fused(), main.notSites(), nested);
  }

  /** The attentions of the main graph of {@code model} alone. */
  public static AttentionReport within(OnnxModel model) {
    return within(model, Dataflow.of(model.graph()));
  }

  private static AttentionReport within(OnnxModel model, Dataflow flow) {
    AttentionFinder finder = new AttentionFinder(model, flow);
    for (OnnxNode node : model.graph().nodes()) {
      finder.examine(node);
    }
    return new AttentionReport(finder.sites, finder.fused, finder.notSites, List.of());
  }

  private void examine(OnnxNode node) {
    if (FusedOperators.isAttention(node)) {
      int layer = layers();
      // Inputs with four dimensions have the heads apart, and then so has the output.
      boolean apart = node.is("Attention") && ranks.of(node.input(0)) != 3;
      String context = apart ? hiddenLayout(node.output(0)) : node.output(0);
      fused.add(
          new FusedSite(
              id(layer, node),
              layer,
              node,
              FusedOperators.normaliser(node),
              context,
              GateSearch.behind(flow, node.output(0))));
      return;
    }
    if (WrittenSoftmax.isMistaken(flow, node)) {
      refuse(node, "exp(z - max) / (1 + sum) is not Softmax1: the 1 has to be shifted by max too");
      return;
    }
    Optional<NormaliserMatch> match = NormaliserMatch.around(flow, node);
    if (match.isPresent()) {
      Optional<String> fault =
          node.is("Softmax") || node.is("LogSoftmax")
              ? SoftmaxAxis.fault(flow, ranks, opset, node)
              : Optional.empty();
      fault.ifPresentOrElse(
          reason -> refuse(node, reason), () -> examineNormaliser(node, match.get()));
    } else if (node.is("LogSoftmax")) {
      refuse(node, "LogSoftmax gives log-probabilities, which do not weight values");
    } else if (QUANTIZED.contains(node.opType())) {
      refuse(node, "works on quantized scores: rewrite the float model and quantize again");
    }
  }

  private int layers() {
    return sites.size() + fused.size();
  }

  private static String id(int layer, OnnxNode node) {
    return "layer " + layer + " (" + node.id() + ")";
  }

  private void refuse(OnnxNode node, String reason) {
    notSites.add(new NotASite(node, reason));
  }

  private void examineNormaliser(OnnxNode softmax, NormaliserMatch match) {
    ScoreSearch.Outcome scores = ScoreSearch.from(flow, match.maskedScores());
    if (scores instanceof ScoreSearch.Outcome.Blocked blocked) {
      examineConstants(softmax, match, blocked.reason());
      return;
    }
    ContextSearch.Outcome context = ContextSearch.from(flow, match.output());
    if (context instanceof ContextSearch.Outcome.Blocked blocked) {
      refuse(softmax, blocked.reason());
      return;
    }
    addSite(
        softmax, match, (ScoreSearch.Outcome.Found) scores, (ContextSearch.Outcome.Found) context);
  }

  /**
   * Looks for queries that are constants, or for keys and values that are, and only where no two
   * activations make the scores: a table of relative positions multiplies the queries as well. A
   * constant operand does not make a classifier; what decides is that the probabilities weight
   * values from data.
   */
  private void examineConstants(OnnxNode softmax, NormaliserMatch match, String otherwise) {
    if (ScoreSearch.toLearnedQueries(flow, ranks, match.maskedScores())
            instanceof ScoreSearch.Outcome.Found scores
        && ContextSearch.from(flow, match.output())
            instanceof ContextSearch.Outcome.Found context) {
      addSite(softmax, match, scores, context);
    } else if (ScoreSearch.toMemory(flow, ranks, match.maskedScores())
            instanceof ScoreSearch.Outcome.Found scores
        && ContextSearch.toMemory(flow, ranks, match.output())
            instanceof ContextSearch.Outcome.Found context) {
      addSite(softmax, match, scores, context);
    } else {
      refuse(
          softmax,
          flow.isConstant(match.output())
              ? "the probabilities do not depend on the model's inputs"
              : otherwise);
    }
  }

  private void addSite(
      OnnxNode softmax,
      NormaliserMatch match,
      ScoreSearch.Outcome.Found scores,
      ContextSearch.Outcome.Found context) {
    int layer = layers();
    sites.add(
        new AttentionSite(
            id(layer, softmax),
            layer,
            Projections.of(flow, scores, context),
            SiteScores.along(flow, scores),
            match.at(softmax),
            new SiteContext(context.product(), hiddenLayout(context.product().output(0))),
            GateSearch.behind(flow, context.product().output(0))));
  }

  /** The first reshaped tensor after the heads were moved back beside the head width. */
  private String hiddenLayout(String product) {
    String at = product;
    boolean transposed = false;
    while (true) {
      List<OnnxGraph.Use> uses = flow.dataUses(at);
      if (uses.size() != 1 || flow.graph().isOutput(at)) {
        return at;
      }
      OnnxNode next = uses.get(0).node();
      if (!Dataflow.isView(next) || uses.get(0).inputIndex() != 0) {
        return at;
      }
      at = next.output(0);
      transposed |= next.is("Transpose");
      if (transposed && !next.is("Transpose") && !next.is("Cast") && !next.is("Identity")) {
        return at;
      }
    }
  }
}
