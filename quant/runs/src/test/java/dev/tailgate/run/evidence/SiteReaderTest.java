package dev.tailgate.run.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Batch;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.Evidence;
import dev.tailgate.result.SiteEvidence;
import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.TokenShare;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteReaderTest {
  /** float32 probabilities such as a tenth. */
  private static final double FLOAT = 1e-6;

  private static final int TOKENS = 4;

  @TempDir Path folder;

  private List<SiteEvidence.Head> heads(float[] probs, float[] values, Optional<Tensor> mask)
      throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    AttentionSite site = AttentionFinder.find(model).sites().get(0);
    SiteReader reader = new SiteReader(site, Optional.of("values"), Optional.empty());
    int heads = probs.length / TOKENS / TOKENS;
    reader.accept(
        new Batch(0, 1, Map.of(), Optional.empty(), mask),
        Map.of(
            site.normalisation().probs(),
            Tensor.ofFloats(probs, 1, heads, TOKENS, TOKENS),
            "values",
            Tensor.ofFloats(values, 1, heads, TOKENS, values.length / heads / TOKENS)));
    return reader.result().orElseThrow().heads();
  }

  private static float[] filled(int count, float value) {
    float[] x = new float[count];
    java.util.Arrays.fill(x, value);
    return x;
  }

  @Test
  void aPlantedSinkOnASmallValueIsSeenAsOne() throws IOException {
    // Head 0 looks everywhere alike, head 1 with 0.9 at key 2, whose value is a tenth as long.
    float[] probs = filled(2 * TOKENS * TOKENS, 0.25f);
    float[] values = filled(2 * TOKENS * 2, 3);
    for (int q = 0; q < TOKENS; q++) {
      for (int k = 0; k < TOKENS; k++) {
        probs[(TOKENS + q) * TOKENS + k] = k == 2 ? 0.9f : 0.1f / 3;
      }
    }
    values[(TOKENS + 2) * 2] = 0.3f;
    values[(TOKENS + 2) * 2 + 1] = 0.3f;
    List<SiteEvidence.Head> heads = heads(probs, values, Optional.empty());
    SiteEvidence.Head even = heads.get(0);
    assertThat(even.sink().excess()).isCloseTo(0, within(FLOAT));
    assertThat(even.entropy().orElseThrow()).isCloseTo(1, within(FLOAT));
    assertThat(even.passedOn().orElseThrow()).isCloseTo(1, within(FLOAT));
    SiteEvidence.Head sink = heads.get(1);
    assertThat(sink.sink().kind()).isEqualTo(TokenShare.Kind.POSITION);
    assertThat(sink.sink().index()).isEqualTo(2);
    assertThat(sink.sink().share()).isCloseTo(0.9, within(FLOAT));
    assertThat(sink.sink().tokens()).isCloseTo(0.25, within(FLOAT));
    double mean = (3 + 3 + 3 + 0.3) / 4;
    assertThat(sink.sinkValueNorm().orElseThrow()).isCloseTo(0.3 / mean, within(FLOAT));
    assertThat(sink.passedOn().orElseThrow())
        .isCloseTo((0.9 * 0.3 + 0.1 * 3) / mean, within(FLOAT));
    double entropy = -(0.9 * Math.log(0.9) + 0.1 * Math.log(0.1 / 3)) / Math.log(4);
    assertThat(sink.entropy().orElseThrow()).isCloseTo(entropy, within(FLOAT));
  }

  @Test
  void evenAttentionOverThePastHasFullEntropy() throws IOException {
    float[] probs = new float[TOKENS * TOKENS];
    for (int q = 0; q < TOKENS; q++) {
      for (int k = 0; k <= q; k++) {
        probs[q * TOKENS + k] = 1f / (q + 1);
      }
    }
    SiteEvidence.Head head = heads(probs, filled(TOKENS * 2, 1), Optional.empty()).get(0);
    assertThat(head.entropy().orElseThrow()).isCloseTo(1, within(FLOAT));
    // Key 0 gets 1, 1/2, 1/3 and 1/4.
    assertThat(head.sink().share()).isCloseTo((1 + 0.5 + 1 / 3.0 + 0.25) / 4, within(FLOAT));
  }

  @Test
  void probabilitiesThatSumToHalfPassHalfOn() throws IOException {
    float[] probs = filled(TOKENS * TOKENS, 0.125f);
    SiteEvidence.Head head = heads(probs, filled(TOKENS * 2, 1), Optional.empty()).get(0);
    assertThat(head.passedOn().orElseThrow()).isCloseTo(0.5, within(FLOAT));
    assertThat(head.entropy().orElseThrow()).isCloseTo(1, within(FLOAT));
  }

  /** Head 0 gives the first token 0.31, head 1 0.29; the rest is even. */
  private static float[] towardsTheFirstToken() {
    float[] probs = new float[2 * TOKENS * TOKENS];
    for (int row = 0; row < 2 * TOKENS; row++) {
      float first = row < TOKENS ? 0.31f : 0.29f;
      for (int k = 0; k < TOKENS; k++) {
        probs[row * TOKENS + k] = k == 0 ? first : (1 - first) / 3;
      }
    }
    return probs;
  }

  @Test
  void theFirstTokenIsASinkFromThreeTenthsOfTheAttentionOn() throws IOException {
    List<SiteEvidence.Head> heads =
        heads(towardsTheFirstToken(), filled(2 * TOKENS * 2, 1), Optional.empty());
    assertThat(heads.get(0).firstToken()).contains(1.0);
    assertThat(heads.get(1).firstToken()).contains(0.0);
    SiteEvidence site = new SiteEvidence("a", 0, "softmax", heads);
    Evidence evidence =
        new Evidence(1, 1, List.of(), List.of(site), List.of(), List.of(), List.of());
    assertThat(evidence.sinkRate()).contains(0.5);
    assertThat(Evidence.NONE.sinkRate()).isEmpty();
  }

  @Test
  void theFirstTokenIsTheFirstThatIsNoPadding() throws IOException {
    Tensor mask = Tensor.ofLongs(new long[] {0, 1, 1, 1}, 1, TOKENS);
    assertThat(heads(towardsTheFirstToken(), filled(2 * TOKENS * 2, 1), Optional.of(mask)))
        .hasSize(2)
        .allMatch(head -> head.firstToken().orElseThrow() == 0);
  }

  @Test
  void paddingIsNeitherKeyNorQuery() throws IOException {
    float[] probs = filled(TOKENS * TOKENS, 0.25f);
    for (int k = 0; k < TOKENS; k++) {
      probs[3 * TOKENS + k] = k == 0 ? 1 : 0;
    }
    Tensor mask = Tensor.ofLongs(new long[] {1, 1, 1, 0}, 1, TOKENS);
    SiteEvidence.Head head = heads(probs, filled(TOKENS * 2, 1), Optional.of(mask)).get(0);
    assertThat(head.sink().share()).isCloseTo(0.25, within(FLOAT));
    assertThat(head.sink().tokens()).isCloseTo(1 / 3.0, within(FLOAT));
    assertThat(head.passedOn().orElseThrow()).isCloseTo(0.75, within(FLOAT));
  }

  @Test
  void ofARealDecoderEverySiteWithItsValuesAndEveryTapIsMeasured() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    ModelMap map = ModelMap.of(model);
    DiagnoseRequest request =
        new DiagnoseRequest(
            map,
            map.taps().taps().subList(0, 6),
            Optional.empty(),
            ReferenceModel.madeUp(model, 8, 4, 16).some(4, 4),
            ReferenceModel.CPU,
            RunProgress.SILENT);
    Evidence evidence = Diagnose.measure(request);
    assertThat(evidence.batches()).isEqualTo(1);
    assertThat(evidence.samples()).isEqualTo(4);
    assertThat(evidence.sites()).hasSameSizeAs(map.attention().sites());
    assertThat(evidence.sites())
        .flatExtracting(SiteEvidence::heads)
        .allSatisfy(
            head -> {
              assertThat(head.entropy().orElseThrow()).isBetween(0.0, 1.0 + FLOAT);
              assertThat(head.sink().share()).isBetween(0.0, 1.0 + FLOAT);
              assertThat(head.passedOn().orElseThrow()).isPositive();
            });
    assertThat(evidence.taps()).hasSize(6).allMatch((TapEvidence tap) -> tap.channelShare() > 0);
    assertThat(evidence.notMeasured()).isEmpty();
    Dataflow flow = Dataflow.of(model.graph());
    assertThat(map.attention().sites())
        .allMatch(site -> ValueNorms.operand(flow, site).isPresent());
  }
}
