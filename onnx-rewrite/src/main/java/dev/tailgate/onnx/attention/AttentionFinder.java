package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxFunction;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds attentions by following data from each softmax: backwards to the product of queries and
 * keys, forwards to the product with the values. Names of nodes and values play no part.
 */
public final class AttentionFinder {
  private static final Set<String> FUSED =
      Set.of(
          "Attention",
          "DecoderAttention",
          "DecoderMaskedMultiHeadAttention",
          "DecoderMaskedSelfAttention",
          "GroupQueryAttention",
          "LongformerAttention",
          "MultiHeadAttention",
          "PackedAttention",
          "PackedMultiHeadAttention",
          "PagedAttention",
          "QAttention",
          "QOrderedAttention",
          "RelativePositionAttention",
          "SparseAttention");

  private final Dataflow flow;
  private final Ranks ranks;
  private final int opset;
  private final List<AttentionSite> sites = new ArrayList<>();
  private final List<NotASite> notSites = new ArrayList<>();

  private AttentionFinder(OnnxModel model) {
    this.flow = Dataflow.of(model.graph());
    this.ranks = Ranks.of(flow);
    this.opset = model.opset();
  }

  /** All sites of {@code model}, and all softmax and fused attention nodes that are none. */
  public static AttentionReport find(OnnxModel model) {
    AttentionFinder finder = new AttentionFinder(model);
    for (OnnxNode node : model.graph().nodes()) {
      finder.examine(node);
    }
    for (OnnxNode node : model.graph().nodes()) {
      for (OnnxGraph body : node.subgraphs()) {
        finder.refuseAll(body, "inside a subgraph of " + node.opType() + " " + node.id());
      }
    }
    for (OnnxFunction function : model.functions()) {
      finder.refuseAll(function.body(), "inside function " + function.name());
    }
    return new AttentionReport(finder.sites, finder.notSites);
  }

  private static boolean isSoftmax(OnnxNode node) {
    return node.is("Softmax") || node.is("LogSoftmax");
  }

  private static boolean isFused(OnnxNode node) {
    return FUSED.contains(node.opType())
        && (node.domain().isEmpty() || node.domain().startsWith("com.microsoft"));
  }

  private void refuseAll(OnnxGraph body, String place) {
    for (OnnxNode node : body.nodes()) {
      if (isSoftmax(node) || isFused(node)) {
        notSites.add(new NotASite(node, place + ": only the main graph is analysed"));
      }
      for (OnnxGraph inner : node.subgraphs()) {
        refuseAll(inner, place);
      }
    }
  }

  private void examine(OnnxNode node) {
    if (isFused(node)) {
      String domain = node.domain().isEmpty() ? "ai.onnx" : node.domain();
      refuse(node, "fused attention op " + domain + "." + node.opType() + " is not analysed yet");
    } else if (node.is("LogSoftmax")) {
      refuse(node, "LogSoftmax gives log-probabilities, which do not weight values");
    } else if (node.is("Softmax")) {
      SoftmaxAxis.fault(flow, ranks, opset, node)
          .ifPresentOrElse(fault -> refuse(node, fault), () -> examineSoftmax(node));
    }
  }

  private void refuse(OnnxNode node, String reason) {
    notSites.add(new NotASite(node, reason));
  }

  private void examineSoftmax(OnnxNode softmax) {
    NormaliserMatch match = NormaliserMatch.around(flow, softmax);
    ScoreSearch.Outcome scores = ScoreSearch.from(flow, match.maskedScores());
    if (scores instanceof ScoreSearch.Outcome.Blocked blocked) {
      refuse(softmax, blocked.reason());
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

  private void addSite(
      OnnxNode softmax,
      NormaliserMatch match,
      ScoreSearch.Outcome.Found scores,
      ContextSearch.Outcome.Found context) {
    ScorePath path = ScorePath.along(flow, scores.product(), scores.path());
    Projections projections =
        Projections.of(flow, scores.product(), context.product(), context.valueInput());
    int layer = sites.size();
    sites.add(
        new AttentionSite(
            "layer " + layer + " (" + softmax.id() + ")",
            layer,
            softmax,
            match.normaliser(),
            projections.kind(),
            path.scores(),
            match.maskedScores(),
            match.output(),
            projections.query(),
            projections.key(),
            projections.value(),
            hiddenLayout(context.product().output(0)),
            path.mask(),
            scores.product(),
            context.product()));
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
