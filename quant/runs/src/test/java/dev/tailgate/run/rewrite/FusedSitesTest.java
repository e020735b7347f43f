package dev.tailgate.run.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.RewrittenSite;
import dev.tailgate.onnx.method.SiteOutcome;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.site.SiteCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FusedSitesTest {
  private static final int TOKENS = 5;

  private final GraphBuilder g = Models.opset(17);
  private final Value q = g.input("q", ElementType.FLOAT, 2, TOKENS, 8);
  private final Value k = g.input("k", ElementType.FLOAT, 2, TOKENS, 8);
  private final Value v = g.input("v", ElementType.FLOAT, 2, TOKENS, 8);

  /** Two heads of width 4 in one operator. */
  private OnnxModel operator() {
    Value context =
        g.node("MultiHeadAttention", q, k, v).from(Models.MICROSOFT).with("num_heads", 2).value();
    return g.output("context", context).model();
  }

  /** The same in many; {@code scale} is 1 / sqrt(4) where it is right. */
  private static OnnxModel writtenOut(double scale) {
    FusedSitesTest other = new FusedSitesTest();
    Value scores = heads(other.q).matMul(heads(other.k).transpose(0, 1, 3, 2)).times(scale);
    Value context = scores.softmax(-1).matMul(heads(other.v)).transpose(0, 2, 1, 3);
    return other.g.output("context", context.reshape(0, 0, 8)).model();
  }

  private static Value heads(Value flat) {
    return flat.reshape(0, 0, 2, 4).transpose(0, 2, 1, 3);
  }

  private static RewriteResult claimed(OnnxModel model, String place) {
    SiteOutcome done = new SiteOutcome.Rewritten(List.of("Rule"), Effect.CHANGES_FUNCTION);
    RewrittenSite site =
        new RewrittenSite(0, "layer 0", "context", place, "self", Normaliser.SOFTMAX, done);
    return new RewriteResult(model, List.of(site), List.of());
  }

  private static SiteCheck check(RewriteResult rewrite, Optional<OnnxModel> writtenOut) {
    Random random = new Random(4);
    DataSource data =
        ScoreGraph.given(
            2,
            Map.of(
                "q", ScoreGraph.random(random, ElementType.FLOAT, 1, 2, TOKENS, 8),
                "k", ScoreGraph.random(random, ElementType.FLOAT, 1, 2, TOKENS, 8),
                "v", ScoreGraph.random(random, ElementType.FLOAT, 1, 2, TOKENS, 8)),
            Optional.empty());
    return RewriteVerification.run(
            rewrite.model(),
            rewrite,
            MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1),
            writtenOut,
            data,
            ReferenceModel.CPU,
            RunProgress.SILENT)
        .sites()
        .get(0);
  }

  @Test
  void theContextOfAnOperatorIsThatOfTheAttentionWrittenOut() {
    SiteCheck check = check(claimed(operator(), ""), Optional.of(writtenOut(0.5)));
    assertThat(check.note())
        .isEqualTo("computed inside MultiHeadAttention; compared with the attention written out");
    // Contexts are below 4 and differ by a few roundings of 2e-7.
    assertThat(check.maxDifference().orElseThrow()).isLessThan(4e-6);
    // What is written out here has softmax, which gives all it has.
    assertThat(check.noOpMass().orElseThrow()).isCloseTo(0, within(1e-6));
    assertThat(check.rows()).isEqualTo(2 * 2 * TOKENS);
  }

  @Test
  void anOperatorThatComputesSomethingElseIsFoundOut() {
    SiteCheck check = check(claimed(operator(), ""), Optional.of(writtenOut(0.4)));
    assertThat(check.maxDifference().orElseThrow()).isGreaterThan(1e-2);
  }

  @Test
  void withoutItWrittenOutOnlyTheOutputsTell() {
    SiteCheck check = check(claimed(operator(), ""), Optional.empty());
    assertThat(check.maxDifference()).isEmpty();
    assertThat(check.noOpMass()).isEmpty();
    assertThat(check.note())
        .isEqualTo("computed inside MultiHeadAttention: checked through the model's outputs only");
  }

  @Test
  void sitesOfInnerGraphsAreCheckedThroughTheOutputs() {
    SiteCheck check = check(claimed(operator(), "body of Loop"), Optional.empty());
    assertThat(check.maxDifference()).isEmpty();
    assertThat(check.note())
        .isEqualTo("lies in body of Loop: checked through the model's outputs only");
  }
}
