package dev.tailgate.onnx.role;

import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.Linear;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the blocks of a transformer off its residual stream, one for each attention site. */
final class BlockFinder {
  private final Dataflow flow;
  private final BranchSearch search;
  private final Set<String> attentionOutputs = new HashSet<>();

  private BlockFinder(Dataflow flow, BranchSearch search) {
    this.flow = flow;
    this.search = search;
  }

  static List<Block> find(Dataflow flow, BranchSearch search, AttentionReport report) {
    BlockFinder finder = new BlockFinder(flow, search);
    List<String> outs = new ArrayList<>();
    for (AttentionSite site : report.sites()) {
      String out = search.linearTaking(site.context().merged()).map(Linear::output).orElse("");
      outs.add(out);
      finder.attentionOutputs.add(out);
    }
    List<Block> blocks = new ArrayList<>();
    int layer = 0;
    for (int i = 0; i < outs.size(); i++) {
      if (i > 0 && !outs.get(i).isEmpty() && outs.get(i).equals(outs.get(i - 1))) {
        // Heads exported one by one share their output projection, and so the block.
        blocks.add(blocks.get(i - 1));
        continue;
      }
      Block block = finder.block(report.sites().get(i), outs.get(i), layer);
      blocks.add(block);
      layer += block.output().isPresent() || block.attnSum().isEmpty() ? 1 : 0;
    }
    return blocks;
  }

  private Block block(AttentionSite site, String attnOut, int layer) {
    String branch = attnOut.isEmpty() ? site.context().merged() : attnOut;
    Optional<ResidualSum> joined = search.joining(branch);
    if (joined.isEmpty()) {
      return new Block(
          layer,
          NormStyle.UNKNOWN,
          present(attnOut),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
    ResidualSum attn = joined.get();
    boolean post = isPost(attn);
    Optional<String> norm = post ? normAfter(attn) : normBefore(site, attn);
    String stream = post ? norm.orElse(attn.sum()) : attn.sum();
    Optional<Branch> ffn = feedForward(stream);
    Optional<String> ffnSum = ffn.flatMap(f -> present(f.sum().sum()));
    Optional<String> ffnNorm = ffn.flatMap(f -> post ? normAfter(f.sum()) : normAfter(attn));
    return new Block(
        layer,
        norm.isEmpty() && ffnNorm.isEmpty()
            ? NormStyle.UNKNOWN
            : post ? NormStyle.POST_LN : NormStyle.PRE_LN,
        present(attnOut),
        present(attn.sum()),
        norm,
        ffn.map(f -> flow.source(f.linear().input())),
        ffn.map(f -> f.linear().output()),
        ffnSum,
        ffnNorm,
        output(post, stream, ffn, ffnSum, ffnNorm),
        Optional.of(flow.source(attn.stream())));
  }

  private Optional<String> output(
      boolean post,
      String stream,
      Optional<Branch> ffn,
      Optional<String> ffnSum,
      Optional<String> ffnNorm) {
    if (ffn.isPresent()) {
      boolean normed = post && (ffnSum.isEmpty() || search.onlyNormReads(ffnSum.get()));
      return normed ? ffnNorm : ffnSum;
    }
    // Another attention joining the same stream first means the block goes on (a decoder's cross
    // attention); without one the attention was the whole block.
    boolean goesOn =
        search.sumsReading(stream).stream().anyMatch(sum -> isAttention(other(sum, stream)));
    return goesOn ? Optional.empty() : present(stream);
  }

  private String other(ResidualSum sum, String stream) {
    return flow.source(sum.branch()).equals(flow.source(stream)) ? sum.stream() : sum.branch();
  }

  private boolean isAttention(String branch) {
    return search
        .linearEnding(branch)
        .filter(linear -> attentionOutputs.contains(linear.output()))
        .isPresent();
  }

  private boolean isPost(ResidualSum sum) {
    return sum.sum().isEmpty()
        || search.onlyNormReads(sum.sum())
        || (NormFinder.isFusedWithSum(sum.node())
            && flow.graph().uses(sum.sum()).isEmpty()
            && !flow.graph().isOutput(sum.sum()));
  }

  private Optional<String> normAfter(ResidualSum sum) {
    return NormFinder.isFusedWithSum(sum.node())
        ? Optional.of(sum.node().output(0))
        : search.normOf(sum.sum()).map(Norm::output);
  }

  private Optional<String> normBefore(AttentionSite site, ResidualSum sum) {
    Optional<String> feeding =
        Optional.of(site.projections().query())
            .filter(query -> !query.isEmpty())
            .flatMap(query -> flow.graph().producer(query))
            .flatMap(node -> projection(site.projections().query()))
            .flatMap(linear -> search.normMaking(linear.input()))
            .map(Norm::output);
    return feeding.isPresent()
        ? feeding
        : search.normOf(flow.source(sum.stream())).map(Norm::output);
  }

  /** The projection that makes {@code query}, which may be a part of its output. */
  private Optional<Linear> projection(String query) {
    Optional<Linear> linear = Linear.making(flow, flow.source(query));
    return linear.isPresent()
        ? linear
        : flow.sourceNode(query).flatMap(part -> Linear.making(flow, flow.source(part.input(0))));
  }

  /**
   * A feed-forward.
   *
   * @param linear its last linear map
   * @param sum where it joins the stream
   */
  private record Branch(Linear linear, ResidualSum sum) {}

  private Optional<Branch> feedForward(String stream) {
    for (ResidualSum sum : search.sumsReading(stream)) {
      Optional<Linear> linear = search.linearEnding(other(sum, stream));
      if (linear.isPresent() && !attentionOutputs.contains(linear.get().output())) {
        return Optional.of(new Branch(linear.get(), sum));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> present(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }
}
