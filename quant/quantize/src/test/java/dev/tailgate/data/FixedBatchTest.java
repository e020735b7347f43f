package dev.tailgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.quant.measure.TapRun;
import dev.tailgate.quant.score.AgreementScorer;
import dev.tailgate.quant.score.MetricScore;
import dev.tailgate.quant.score.TaskScorer;
import dev.tailgate.stats.TapStatistics;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that takes batches of four, and six samples: the second batch has two copies. */
class FixedBatchTest {
  private static final int SAMPLES = 6;

  @TempDir Path folder;

  private static OnnxModel model(Object batch) {
    return new SignatureModel()
        .input("x", ElementType.FLOAT, batch, 8, 16)
        .output("y", batch, 8, 16)
        .load();
  }

  /** Numbers of N(0, 1) with outliers in two samples, one of which is copied. */
  private Path data() {
    Random random = new Random(7);
    float[] x = new float[SAMPLES * 8 * 16];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    x[x.length - 5] = 100;
    x[x.length - 40] = -90;
    x[140] = 80;
    long[] labels = {0, 1, 2, 3, 4, 5};
    return new NpzFile()
        .with("x", Tensor.ofFloats(x, SAMPLES, 8, 16))
        .with("labels", Tensor.ofLongs(labels, SAMPLES))
        .write(folder.resolve("x.npz"));
  }

  private DataSource open(Object batch) {
    return DataSources.open(model(batch), Fixtures.request(data(), 100, 4));
  }

  @Test
  void theLastBatchIsFilledUpWithCopiesOfItsLastSample() {
    DataSource source = open(4);
    assertThat(source.samples()).isEqualTo(SAMPLES);
    assertThat(source.description())
        .contains("the last batch of 4 is filled up with copies of its last sample");
    List<Batch> batches = Fixtures.all(source);
    assertThat(batches).extracting(Batch::samples).containsExactly(4, 2);
    assertThat(batches).extracting(Batch::rows).containsExactly(4, 4);
    Batch last = batches.get(1);
    assertThat(last.labels().orElseThrow().toLongs()).containsExactly(4, 5);
    float[] x = Fixtures.input(last, "x").toFloats();
    for (int i = 0; i < 128; i++) {
      assertThat(x[2 * 128 + i]).isEqualTo(x[128 + i]);
      assertThat(x[3 * 128 + i]).isEqualTo(x[128 + i]);
    }
    assertThat(open("batch").description()).doesNotContain("copies");
  }

  @Test
  void fewerSamplesThanABatchAreEnough() {
    DataSource source = DataSources.open(model(16), Fixtures.request(data(), 100, 4));
    assertThat(Fixtures.all(source)).extracting(Batch::rows).containsExactly(16);
  }

  @Test
  void calibrationTakesFullBatchesOnlyWhereThereIsOne() {
    DataRequest request = Fixtures.request(data(), 6, 4);
    DataRequest calibration =
        request.on(request.data(), Amount.of(6), 1, Shard.WHOLE, DataRequest.Purpose.CALIBRATION);
    assertThat(DataSources.open(model(4), calibration).samples()).isEqualTo(4);
    assertThat(DataSources.open(model(16), calibration).samples()).isEqualTo(6);
  }

  @Test
  void statisticsAreThoseOfTheSamplesAlone() {
    TapStatistics.Snapshot fixed = measure(4);
    TapStatistics.Snapshot free = measure("batch");
    assertThat(fixed).isEqualTo(free);
    assertThat(fixed.rows()).isEqualTo(SAMPLES);
    assertThat(fixed.outliers6Sigma()).isEqualTo(3);
  }

  private TapStatistics.Snapshot measure(Object batch) {
    TapTarget target = new TapTarget("y", ElementType.FLOAT, 3, new TokenLayout.Axis(1), true);
    Iterator<Batch> batches = open(batch).batches();
    try (TapRun run =
        TapRun.open(model(batch), List.of(target), false, t -> false, ReferenceModel.CPU)) {
      while (batches.hasNext()) {
        run.accept(batches.next(), Set.of());
      }
      return run.statistics().get("y").snapshot();
    }
  }

  @Test
  void metricsAndAgreementDoNotCountCopies() {
    TaskScorer scorer = TaskScorer.of(Task.CLASSIFICATION, ModelOutputs.only("y"));
    AgreementScorer agreement = AgreementScorer.of(ModelOutputs.only("y"), Task.AGREEMENT);
    Batch full = new Batch(0, 4, Map.of(), labels(0, 0, 0, 0), Optional.empty());
    Batch last = new Batch(4, 2, 4, Map.of(), labels(0, 1), Optional.empty());
    Map<String, Tensor> outputs = Map.of("y", logits(0));
    // The copies predict wrongly, and another class than the float model.
    Map<String, Tensor> wrong = Map.of("y", logits(1));
    for (Batch batch : List.of(full, last)) {
      scorer.accept(batch, outputs);
      agreement.accept(batch, outputs, batch.equals(last) ? wrong : outputs);
    }
    assertThat(scorer.scores().get(0).value()).isEqualTo(5.0 / 6);
    assertThat(agreement.scores())
        .filteredOn(s -> s.id().startsWith("top1"))
        .extracting(MetricScore::value)
        .containsExactly(1.0);
  }

  private static Optional<Tensor> labels(long... values) {
    return Optional.of(Tensor.ofLongs(values, values.length));
  }

  /** Class 0 for two samples, then that one. */
  private static Tensor logits(int then) {
    return Tensor.ofFloats(new float[] {1, 0, 1, 0, 1 - then, then, 1 - then, then}, 4, 2);
  }
}
