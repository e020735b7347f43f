package dev.tailgate.onnx.role;

import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.Linear;
import dev.tailgate.onnx.attention.SplitProduct;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gives every measurable activation of the main graph its roles. */
public final class TapFinder {
  private final Dataflow flow;
  private final Set<String> activations;
  private final Map<String, EnumSet<TapRole>> roles = new LinkedHashMap<>();
  private final Map<String, Integer> layers = new HashMap<>();

  private TapFinder(Dataflow flow, Set<String> activations) {
    this.flow = flow;
    this.activations = activations;
  }

  /**
   * The taps of a model.
   *
   * @param flow of its main graph
   * @param activations of its main graph, as {@link ActivationValues} finds them
   * @param report its attentions
   */
  public static TapMap find(Dataflow flow, Set<String> activations, AttentionReport report) {
    List<Norm> norms = NormFinder.find(flow);
    BranchSearch search = new BranchSearch(flow, activations, norms);
    List<Block> blocks = BlockFinder.find(flow, search, report);
    TapFinder finder = new TapFinder(flow, activations);
    for (int i = 0; i < blocks.size(); i++) {
      finder.assign(report.sites().get(i), blocks.get(i));
    }
    finder.assignEmbedding(report, blocks, search);
    finder.assignNorms(norms, blocks);
    finder.assignHeads();
    finder.assignRest(blocks.stream().anyMatch(b -> b.output().isPresent()), products(report));
    return new TapMap(
        TapViews.collapse(flow, activations, finder.roles, finder.layers), style(blocks));
  }

  private static NormStyle style(List<Block> blocks) {
    List<NormStyle> styles = blocks.stream().map(Block::style).distinct().toList();
    return switch (styles.size()) {
      case 0 -> NormStyle.UNKNOWN;
      case 1 -> styles.get(0);
      default -> NormStyle.MIXED;
    };
  }

  private void assign(AttentionSite site, Block block) {
    int layer = block.layer();
    role(site.projections().query(), TapRole.QUERY, layer);
    role(site.projections().key(), TapRole.KEY, layer);
    role(site.projections().value(), TapRole.VALUE, layer);
    role(site.scores().scaled(), TapRole.ATTN_SCORES, layer);
    role(site.normalisation().probs(), TapRole.ATTN_PROBS, layer);
    role(site.context().merged(), TapRole.ATTN_CONTEXT, layer);
    role(block.attnOut(), TapRole.ATTN_OUT, layer);
    role(block.attnSum(), TapRole.ATTN_RESIDUAL, layer);
    role(block.attnNorm(), TapRole.ATTN_LAYERNORM_OUT, layer);
    role(block.ffnAct(), TapRole.FFN_ACT, layer);
    role(block.ffnOut(), TapRole.FFN_OUT, layer);
    role(block.ffnSum(), TapRole.FFN_RESIDUAL, layer);
    role(block.ffnNorm(), TapRole.FFN_LAYERNORM_OUT, layer);
    role(block.output(), TapRole.BLOCK_OUT, layer);
  }

  private void role(Optional<String> value, TapRole role, int layer) {
    value.ifPresent(v -> role(v, role, layer));
  }

  private void role(String value, TapRole role, int layer) {
    if (!value.isEmpty()) {
      roles.computeIfAbsent(value, v -> EnumSet.noneOf(TapRole.class)).add(role);
      layers.putIfAbsent(value, layer);
    }
  }

  /** The stream before the first block of a stack, and what a norm before it normalises. */
  private void assignEmbedding(AttentionReport report, List<Block> blocks, BranchSearch search) {
    Set<String> attended = attended(report);
    for (Block block : blocks) {
      block
          .entry()
          .filter(entry -> !attended.contains(entry))
          .ifPresent(
              entry ->
                  role(
                      search.normMaking(entry).map(Norm::input).orElse(entry),
                      TapRole.EMBEDDING_SUM,
                      -1));
    }
  }

  /** What depends on the outcome of any attention. */
  private Set<String> attended(AttentionReport report) {
    Set<String> values = new HashSet<>();
    report.sites().forEach(site -> values.add(site.context().product().output(0)));
    for (OnnxNode node : flow.graph().nodes()) {
      if (node.inputs().stream().anyMatch(values::contains)) {
        values.addAll(node.outputs());
      }
    }
    return values;
  }

  private void assignNorms(List<Norm> norms, List<Block> blocks) {
    Set<String> outputs =
        blocks.stream().flatMap(b -> b.output().stream()).collect(Collectors.toSet());
    for (Norm norm : norms) {
      if (!roles.containsKey(norm.output())) {
        boolean afterBlocks = outputs.contains(unpooled(norm.input()));
        role(norm.output(), afterBlocks ? TapRole.FINAL_LAYERNORM_OUT : TapRole.LAYERNORM_OUT, -1);
      }
    }
  }

  /** The sequence of which {@code value} is one token or the mean: classifiers pool first. */
  private String unpooled(String value) {
    String at = flow.source(value);
    Optional<OnnxNode> node = flow.graph().producer(at);
    while (node.isPresent()
        && (node.get().is("Gather") || node.get().is("Slice") || node.get().is("ReduceMean"))) {
      at = flow.source(node.get().input(0));
      node = flow.graph().producer(at);
    }
    return at;
  }

  private void assignHeads() {
    for (ValueInfo output : flow.graph().outputs()) {
      String at = flow.source(output.name());
      Optional<OnnxNode> node = flow.graph().producer(at);
      if (node.isPresent() && (node.get().is("Split") || node.get().is("Slice"))) {
        at = flow.source(node.get().input(0));
      }
      Optional<Linear> head = Linear.making(flow, at);
      if (head.isPresent() && !roles.containsKey(head.get().output())) {
        role(head.get().output(), TapRole.HEAD_OUT, -1);
      }
    }
  }

  /** The products of attentions; with a learned memory they have constant operands. */
  private static Set<OnnxNode> products(AttentionReport report) {
    return report.sites().stream()
        .flatMap(site -> Stream.of(site.scores().product(), site.context().product()))
        .collect(Collectors.toSet());
  }

  /** Linear outputs without a closer role and, where no block was found, residual sums. */
  private void assignRest(boolean hasBlocks, Set<OnnxNode> products) {
    for (OnnxNode node : flow.graph().nodes()) {
      Linear.at(flow, node)
          .filter(linear -> !products.contains(linear.product()))
          .map(Linear::output)
          .filter(output -> !roles.containsKey(output))
          .ifPresent(output -> role(output, TapRole.LINEAR_OUT, -1));
      if (!hasBlocks && node.is("Add") && !roles.containsKey(node.output(0))) {
        boolean joins =
            node.inputs().stream().allMatch(i -> activations.contains(flow.source(i)))
                && SplitProduct.making(flow, node.output(0)).isEmpty();
        if (joins) {
          role(node.output(0), TapRole.RESIDUAL_SUM, -1);
        }
      }
    }
  }
}
