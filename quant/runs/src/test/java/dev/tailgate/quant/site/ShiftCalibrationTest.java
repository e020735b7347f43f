package dev.tailgate.quant.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.run.rewrite.RewriteVerification;
import dev.tailgate.run.rewrite.ScoreGraph;
import dev.tailgate.run.rewrite.VerificationResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShiftCalibrationTest {
  /** Half the width of a bin would be 1.6 % of a mass; bins stand by their mean, so far less. */
  private static final double RELATIVE = 1e-3;

  @TempDir Path folder;

  private static CalibratedSinks run(OnnxModel model, DataSource data, double target, int heads) {
    OptionalInt given = heads > 0 ? OptionalInt.of(heads) : OptionalInt.empty();
    return ShiftCalibration.run(model, data, target, given, ReferenceModel.CPU, RunProgress.SILENT);
  }

  /** Mean share of the sink over all rows of one head, from the scores themselves. */
  private static double mass(
      OnnxModel model, AttentionSite site, DataSource data, int heads, int head, double sink) {
    double sum = 0;
    long rows = 0;
    Set<String> scores = Set.of(site.normalisation().scores());
    try (ModelRunner runner = ModelRunner.open(model.exposing(scores), ReferenceModel.CPU)) {
      for (Iterator<Batch> it = data.batches(); it.hasNext(); ) {
        Tensor z =
            Objects.requireNonNull(
                runner.run(it.next().inputs(), scores).get(site.normalisation().scores()));
        Elements.Reader reader = Elements.reader(z);
        int keys = (int) z.dim(-1);
        int queries = (int) z.dim(-2);
        for (int row = 0; row < z.elementCount() / keys; row++) {
          if (row / queries % heads != head) {
            continue;
          }
          double exponentials = 0;
          for (int key = 0; key < keys; key++) {
            exponentials += Math.exp(reader.get(row * keys + key));
          }
          sum += Math.exp(sink) / (Math.exp(sink) + exponentials);
          rows++;
        }
      }
    }
    return sum / rows;
  }

  @Test
  void everyHeadOfEverySiteHasTheMassAskedFor() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    DataSource data = ReferenceModel.madeUp(model, 8, 4, 24);
    CalibratedSinks sinks = run(model, data, 0.01, -1);
    assertThat(sinks.fitted()).containsOnlyKeys(0, 1, 2);
    assertThat(sinks.skipped()).isEmpty();
    for (AttentionSite site : AttentionFinder.within(model).sites()) {
      CalibratedSink fitted = Objects.requireNonNull(sinks.fitted().get(site.layer()));
      double[] logits = fitted.sink().logits();
      assertThat(logits).hasSize(4);
      assertThat(fitted.rows()).isEqualTo(8L * 4 * 24);
      assertThat(fitted.expectedMass()).isCloseTo(0.01, within(1e-9));
      for (int head = 0; head < 4; head++) {
        assertThat(mass(model, site, data, 4, head, logits[head]))
            .isCloseTo(0.01, within(0.01 * RELATIVE));
      }
    }
  }

  @Test
  void theRewrittenModelHasThatMassAtItsFirstSiteAndStaysNearTheOriginal() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    DataSource data = ReferenceModel.madeUp(model, 8, 4, 24);
    MethodSpec spec =
        MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1)
            .withSinks(run(model, data, 0.01, -1).sinks());
    RewriteResult rewrite = AttentionRewriter.rewrite(model, spec, SiteSelection.ALL);
    VerificationResult result =
        RewriteVerification.run(
            model, rewrite, spec, Optional.empty(), data, ReferenceModel.CPU, RunProgress.SILENT);
    // Later sites see what the first has changed.
    assertThat(result.sites().get(0).noOpMass().orElseThrow())
        .isCloseTo(0.01, within(0.01 * RELATIVE));
    assertThat(result.sites())
        .allSatisfy(site -> assertThat(site.maxDifference().orElseThrow()).isLessThan(1e-6));
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 11, 13, 17, 18})
  void headsThatAreFoldedIntoTheBatchAreUnfoldedWhereTheirNumberIsGiven(long opset) {
    OnnxModel model = ScoreGraph.model(ElementType.FLOAT, 3, opset);
    Random random = new Random(5);
    Tensor bias = ScoreGraph.random(random, ElementType.FLOAT, 2, 6, 1, 5);
    DataSource data =
        ScoreGraph.given(
            3,
            ScoreGraph.inputs(random, ElementType.FLOAT, new long[] {6}, 5, bias),
            Optional.empty());
    AttentionSite site = AttentionFinder.within(model).sites().get(0);
    double[] logits =
        Objects.requireNonNull(run(model, data, 0.2, 2).fitted().get(0)).sink().logits();
    assertThat(logits).hasSize(2);
    for (int head = 0; head < 2; head++) {
      assertThat(mass(model, site, data, 2, head, logits[head]))
          .isCloseTo(0.2, within(0.2 * RELATIVE));
    }
    assertThat(run(model, data, 0.2, -1).skipped().get(0)).contains("folded into the batch");
    assertThat(run(model, data, 0.2, 4).skipped().get(0)).contains("no multiple of 4 heads");
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT", "FLOAT16", "DOUBLE"})
  void rowsOfPaddingAndMaskedRowsDoNotCount(ElementType type) {
    OnnxModel model = ScoreGraph.model(type, 4, 17);
    // Half precision reaches to -65504.
    for (double masked : new double[] {Double.NEGATIVE_INFINITY, -10000, -65504}) {
      Tensor plain = Tensor.allocate(type, 1, 1, 1, 4);
      Tensor bias = Tensor.allocate(type, 2, 1, 1, 4);
      for (int key = 0; key < 4; key++) {
        Elements.writer(bias).put(4 + key, masked);
      }
      Map<String, Tensor> two = ScoreGraph.inputs(new Random(6), type, new long[] {2, 3}, 4, bias);
      CalibratedSink fitted =
          Objects.requireNonNull(
              run(model, ScoreGraph.given(2, two, Optional.empty()), 0.05, -1).fitted().get(0));
      assertThat(fitted.rows()).isEqualTo(3 * 4);

      Tensor valid = Tensor.ofLongs(new long[] {1, 1, 1, 1, 0, 0, 0, 0}, 2, 4);
      Map<String, Tensor> unmasked = new java.util.HashMap<>(two);
      unmasked.put("bias", plain);
      CalibratedSink real =
          Objects.requireNonNull(
              run(model, ScoreGraph.given(2, unmasked, Optional.of(valid)), 0.05, -1)
                  .fitted()
                  .get(0));
      assertThat(real.sink()).isEqualTo(fitted.sink());
    }
  }

  @Test
  void aSiteWithoutAnyRowIsSkipped() {
    OnnxModel model = ScoreGraph.model(ElementType.FLOAT, 4, 17);
    Tensor bias = Tensor.allocate(ElementType.FLOAT, 1, 1, 1, 2);
    Elements.writer(bias).put(0, Double.NEGATIVE_INFINITY);
    Elements.writer(bias).put(1, Double.NEGATIVE_INFINITY);
    Map<String, Tensor> inputs =
        ScoreGraph.inputs(new Random(7), ElementType.FLOAT, new long[] {1, 2}, 2, bias);
    assertThat(run(model, ScoreGraph.given(1, inputs, Optional.empty()), 0.1, -1).skipped())
        .containsEntry(0, "a head has no row that is not masked");
  }

  @Test
  void histogramsOfPartsMergeToThatOfTheWhole() {
    LogSumExpHistogram whole = new LogSumExpHistogram();
    LogSumExpHistogram one = new LogSumExpHistogram();
    LogSumExpHistogram other = new LogSumExpHistogram();
    Random random = new Random(8);
    for (int i = 0; i < 1000; i++) {
      // Some lie beyond the bins.
      double value = 80 * random.nextGaussian();
      whole.accept(value);
      (i % 3 == 0 ? one : other).accept(value);
    }
    one.merge(other);
    assertThat(one.rows()).isEqualTo(1000);
    // The sums are the same numbers in another order.
    assertThat(one.sinkFor(0.3)).isCloseTo(whole.sinkFor(0.3), within(1e-9));
    assertThat(whole.mass(whole.sinkFor(0.3))).isCloseTo(0.3, within(1e-9));
  }

  @Test
  void aMassThatIsNoShareIsRefused() {
    OnnxModel model = ScoreGraph.model(ElementType.FLOAT, 4, 17);
    for (double target : new double[] {0, 1, Double.NaN}) {
      assertThatThrownBy(
              () -> run(model, ScoreGraph.given(1, Map.of(), Optional.empty()), target, -1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
