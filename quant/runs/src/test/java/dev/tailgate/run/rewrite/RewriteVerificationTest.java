package dev.tailgate.run.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.rewrite.Clipping;
import dev.tailgate.onnx.rewrite.GateKind;
import dev.tailgate.onnx.rewrite.GateSpec;
import dev.tailgate.onnx.rewrite.Retrieval;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.score.MetricScore;
import dev.tailgate.quant.site.SiteCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewriteVerificationTest {
  private static final MethodSpec OUTEFFHOP = MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1);

  @TempDir Path folder;
  private OnnxModel vanilla;

  @BeforeEach
  void load() throws IOException {
    vanilla = ReferenceModel.vanilla(folder);
  }

  private VerificationResult verify(MethodSpec spec, SiteSelection sites, DataSource data) {
    RewriteResult rewrite = AttentionRewriter.rewrite(vanilla, spec, sites);
    return RewriteVerification.run(
        vanilla, rewrite, spec, Optional.empty(), data, ReferenceModel.CPU, RunProgress.SILENT);
  }

  private VerificationResult verify(MethodSpec spec) {
    return verify(spec, SiteSelection.ALL, ReferenceModel.madeUp(vanilla, 8, 4, 24));
  }

  private static MethodSpec gated(GateKind kind) {
    return new MethodSpec(
        Method.GATED_ATTENTION,
        SoftmaxSpec.SOFTMAX,
        Map.of(),
        Optional.of(new GateSpec(kind, 4, 0.25, true, 3)),
        Map.of(),
        Retrieval.ONCE,
        Optional.empty());
  }

  private static double score(List<MetricScore> scores, String id) {
    return scores.stream().filter(s -> s.id().equals(id)).findFirst().orElseThrow().value();
  }

  @Test
  void softmax1IsThatOfTheReferenceAtEverySite() {
    VerificationResult result = verify(OUTEFFHOP);
    assertThat(result.sites()).extracting(SiteCheck::number).containsExactly(0, 1, 2);
    assertThat(result.sites())
        .allSatisfy(
            site -> {
              // Probabilities in float32 have 6e-8; the exponential and the sum add a few of these.
              assertThat(site.maxDifference().orElseThrow()).isLessThan(1e-6).isPositive();
              assertThat(site.noOpMass().orElseThrow()).isBetween(1e-4, 1 - 1e-4);
              // A causal mask leaves 25 of 48 halves: (T - 1) / 2T of the probabilities are 0.
              assertThat(site.zeros().orElseThrow()).isGreaterThanOrEqualTo(23 / 48.0);
              assertThat(site.gateMean()).isEmpty();
              assertThat(site.note()).isEmpty();
            });
    assertThat(result.samples()).isEqualTo(8);
    assertThat(result.synthetic()).isTrue();
    assertThat(result.before()).isEmpty();
    assertThat(score(result.agreement(), "sqnr")).isFinite();
  }

  @Test
  void everyNormaliserIsThatOfTheReference() {
    List<MethodSpec> specs =
        List.of(
            MethodSpec.of(
                Method.CLIPPED_SOFTMAX,
                SoftmaxSpec.SOFTMAX.clipped(new Clipping.Bounds(-0.025, 1.01))),
            MethodSpec.of(
                Method.CLIPPED_OUTEFFHOP, SoftmaxSpec.SOFTMAX1.clipped(new Clipping.PerLength(2))),
            MethodSpec.of(
                Method.SOFTMAX_N,
                new SoftmaxSpec(Optional.of(new Sink.Logit(Math.log(4))), Optional.empty())),
            MethodSpec.of(
                Method.OUTEFFHOP,
                new SoftmaxSpec(
                    Optional.of(new Sink.PerHead(new double[] {-2, 0, 1, 3})), Optional.empty())));
    for (MethodSpec spec : specs) {
      assertThat(verify(spec).sites())
          .as(spec.toString())
          .hasSize(3)
          .allSatisfy(site -> assertThat(site.maxDifference().orElseThrow()).isLessThan(1e-6));
    }
  }

  @Test
  void aGraphThatComputesAnotherNormaliserIsFoundOut() {
    RewriteResult softmax1 = AttentionRewriter.rewrite(vanilla, OUTEFFHOP, SiteSelection.ALL);
    MethodSpec claimed =
        MethodSpec.of(
            Method.SOFTMAX_N,
            new SoftmaxSpec(Optional.of(new Sink.Logit(Math.log(2))), Optional.empty()));
    VerificationResult result =
        RewriteVerification.run(
            vanilla,
            softmax1,
            claimed,
            Optional.empty(),
            ReferenceModel.madeUp(vanilla, 2, 2, 16),
            ReferenceModel.CPU,
            RunProgress.SILENT);
    assertThat(result.sites())
        .allSatisfy(site -> assertThat(site.maxDifference().orElseThrow()).isGreaterThan(1e-2));
  }

  @Test
  void anUntrainedGateWithItsFactorLeavesOutputsAsTheyAre() {
    for (GateKind kind : GateKind.values()) {
      VerificationResult result = verify(gated(kind));
      // 100 dB is a relative error of 1e-5; rounding of the factor is 6e-8 a layer.
      assertThat(score(result.agreement(), "sqnr")).isGreaterThan(100);
      assertThat(score(result.agreement(), "top1_agreement")).isEqualTo(1);
      assertThat(result.sites())
          .hasSize(3)
          .allSatisfy(
              site -> {
                assertThat(site.gateMean().orElseThrow())
                    .isCloseTo(0.25, org.assertj.core.api.Assertions.within(1e-6));
                assertThat(site.maxDifference().orElseThrow()).isLessThan(1e-6);
                // Softmax gives all it has; what is left is rounding of a sum of 24.
                assertThat(Math.abs(site.noOpMass().orElseThrow())).isLessThan(1e-6);
              });
    }
  }

  @Test
  void taskMetricsAreMeasuredBeforeAndAfterOnAllSamples() throws IOException {
    Path heldout = ReferenceModel.unpack("heldout.npz", folder);
    DataSource data =
        DataSources.open(
            vanilla, new DataRequest(Optional.of(heldout), Optional.empty(), 40, 4, 32, 1));
    VerificationResult result = verify(OUTEFFHOP, SiteSelection.parse("1"), data);
    assertThat(result.sites()).extracting(SiteCheck::number).containsExactly(1);
    assertThat(result.samples()).isEqualTo(40);
    assertThat(result.synthetic()).isFalse();
    // 5.3510 is the perplexity of the recipe; one site of three with another normaliser costs.
    assertThat(score(result.before(), "perplexity")).isBetween(4.5, 6.5);
    assertThat(score(result.after(), "perplexity"))
        .isGreaterThan(score(result.before(), "perplexity"));
    // Only some of the sequences, of 4 heads and 32 queries each, are looked into.
    long length = vanillaLength(data);
    assertThat(result.sites().get(0).rows())
        .isEqualTo(RewriteVerification.CHECKED_ROWS * 4L * length);
  }

  private static long vanillaLength(DataSource data) {
    return data.batches().next().inputs().get("input_ids").dim(1);
  }

  @Test
  void goingBackToSoftmaxIsVerifiedToo() {
    RewriteResult there = AttentionRewriter.rewrite(vanilla, OUTEFFHOP, SiteSelection.ALL);
    MethodSpec spec = MethodSpec.of(Method.VANILLA, SoftmaxSpec.SOFTMAX);
    RewriteResult back = AttentionRewriter.rewrite(there.model(), spec, SiteSelection.ALL);
    VerificationResult result =
        RewriteVerification.run(
            there.model(),
            back,
            spec,
            Optional.empty(),
            ReferenceModel.madeUp(vanilla, 2, 2, 16),
            ReferenceModel.CPU,
            RunProgress.SILENT);
    assertThat(result.sites())
        .hasSize(3)
        .allSatisfy(site -> assertThat(site.maxDifference().orElseThrow()).isLessThan(1e-6));
  }
}
