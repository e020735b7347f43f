package dev.tailgate.quant.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.RawActivations;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.stats.TapStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TapRunTest {
  /**
   * float32 reductions of some thousand terms: the project's bar for tap statistics, in percent.
   */
  private static final double BAR_PERCENT = 1e-2;

  @TempDir Path folder;

  private static TapTarget target(String tensor) {
    return new TapTarget(tensor, ElementType.FLOAT, 3, new TokenLayout.Axis(1), true);
  }

  private static String blockOut(OnnxModel model) {
    return ReferenceModel.taps(model).withRole(TapRole.BLOCK_OUT).get(1).tensor();
  }

  private static TapStatistics measure(OnnxModel model, TapTarget target, DataSource data) {
    try (TapRun run =
        TapRun.open(model, List.of(target), data.hasPadding(), t -> false, ReferenceModel.CPU)) {
      Iterator<Batch> batches = data.batches();
      while (batches.hasNext()) {
        run.accept(batches.next(), Set.of());
      }
      return run.statistics().get(target.tensor());
    }
  }

  @Test
  void statisticsEqualThoseOfTheActivationInDoubles() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    String tensor = blockOut(model);
    DataSource data = ReferenceModel.madeUp(model, 8, 8, 32);
    TapStatistics.Snapshot measured = measure(model, target(tensor), data).snapshot();
    Tensor raw = RawActivations.of(model, tensor, data.batches().next());
    double kurtosis = 0;
    double norm = 0;
    long outliers = 0;
    float top = 0;
    float[] x = raw.toFloats();
    int d = x.length / 8;
    for (int row = 0; row < 8; row++) {
      double mean = 0;
      for (int i = 0; i < d; i++) {
        mean += x[row * d + i];
      }
      mean /= d;
      double m2 = 0;
      double m4 = 0;
      float max = 0;
      for (int i = 0; i < d; i++) {
        double c = x[row * d + i] - mean;
        m2 += c * c;
        m4 += c * c * c * c;
        max = Math.max(max, Math.abs(x[row * d + i]));
      }
      double s = Math.sqrt(m2 / (d - 1));
      kurtosis += m4 / d / (Math.pow(s, 4) + 1e-6) / 8;
      norm += max / 8.0;
      top = Math.max(top, max);
      for (int i = 0; i < d; i++) {
        outliers += Math.abs(x[row * d + i] - mean) > 6 * Math.sqrt(m2 / d) ? 1 : 0;
      }
    }
    assertThat(measured.kurtosis()).isCloseTo(kurtosis, withinPercentage(BAR_PERCENT));
    assertThat(measured.maxInfNorm()).isCloseTo(norm, withinPercentage(1e-9));
    assertThat(measured.absMax()).isEqualTo(top);
    assertThat(measured.outliers6Sigma()).isEqualTo(outliers).isPositive();
    assertThat(measured.elements()).isEqualTo(x.length);
  }

  @Test
  void thePlaceOfTheAbsoluteMaximumHoldsIt() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    String tensor = blockOut(model);
    DataSource data = ReferenceModel.madeUp(model, 12, 4, 16);
    TapStatistics.Snapshot measured = measure(model, target(tensor), data).snapshot();
    var place = measured.absMaxPlace().orElseThrow();
    Iterator<Batch> batches = data.batches();
    Batch batch = batches.next();
    while (place.sample() >= batch.firstPlace() + batch.samples()) {
      batch = batches.next();
    }
    Tensor raw = RawActivations.of(model, tensor, batch);
    int channels = (int) raw.dim(2);
    int at =
        (int) ((place.sample() - batch.firstPlace()) * raw.dim(1) + place.token()) * channels
            + (int) place.channel();
    assertThat(Math.abs(raw.toFloats()[at])).isEqualTo((float) measured.absMax());
  }

  @Test
  void batchSizeDoesNotChangeTheResult() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    TapTarget target = target(blockOut(model));
    var one = measure(model, target, ReferenceModel.madeUp(model, 12, 1, 32)).snapshot();
    var five = measure(model, target, ReferenceModel.madeUp(model, 12, 5, 32)).snapshot();
    // The kernels themselves round a sample differently in another batch, hence not bit-equal.
    assertThat(five.kurtosis()).isCloseTo(one.kurtosis(), withinPercentage(1e-3));
    assertThat(five.absMax()).isCloseTo(one.absMax(), withinPercentage(1e-3));
    assertThat(five.rows()).isEqualTo(one.rows()).isEqualTo(12);
    assertThat(five.absMaxPlace()).isEqualTo(one.absMaxPlace());
  }

  @Test
  void paddingIsLeftOut() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    TapTarget target = target(blockOut(model));
    long[] ids = {3, 1, 4, 1, 5, 9, 2, 6};
    long[] padded = {3, 1, 4, 1, 5, 9, 2, 6, 30, 30, 30, 30};
    long[] mask = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
    // A causal model: tokens after the sequence cannot change what comes before them.
    var plain = measure(model, target, new OneBatch(ids, Optional.empty())).snapshot();
    var masked = measure(model, target, new OneBatch(padded, Optional.of(mask))).snapshot();
    assertThat(masked.elements()).isEqualTo(plain.elements());
    assertThat(masked.kurtosis()).isCloseTo(plain.kurtosis(), withinPercentage(1e-3));
    assertThat(masked.absMax()).isCloseTo(plain.absMax(), withinPercentage(1e-3));
    assertThat(masked.outliers6Sigma()).isEqualTo(plain.outliers6Sigma());
    assertThat(masked.channelMax()[0]).isCloseTo(plain.channelMax()[0], withinPercentage(1e-2));
  }

  @Test
  void nanAndInfinityAreCountedApartAndNamed() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    GraphEdit edit = model.edit();
    String log = edit.node("Log", "log").in(blockOut(model)).add();
    OnnxModel broken = edit.commit();
    DataSource data = ReferenceModel.madeUp(model, 4, 2, 8);
    TapStatistics.Snapshot measured = measure(broken, target(log), data).snapshot();
    long nan = 0;
    Iterator<Batch> batches = data.batches();
    while (batches.hasNext()) {
      for (float x : RawActivations.of(broken, log, batches.next()).toFloats()) {
        nan += Float.isNaN(x) ? 1 : 0;
      }
    }
    assertThat(measured.nan()).isEqualTo(nan).isPositive();
    assertThat(measured.kurtosis()).isFinite();
    assertThat(measured.absMax()).isFinite();
  }

  private record OneBatch(long[] ids, Optional<long[]> mask) implements DataSource {
    @Override
    public Iterator<Batch> batches() {
      Batch batch =
          new Batch(
              0,
              1,
              Map.of("input_ids", Tensor.ofLongs(ids, 1, ids.length)),
              Optional.empty(),
              mask.map(m -> Tensor.ofLongs(m, 1, m.length)));
      return List.of(batch).iterator();
    }

    @Override
    public long samples() {
      return 1;
    }

    @Override
    public String description() {
      return "one batch";
    }

    @Override
    public boolean synthetic() {
      return false;
    }

    @Override
    public boolean hasPadding() {
      return mask.isPresent();
    }

    @Override
    public dev.tailgate.data.Task task() {
      return dev.tailgate.data.Task.AGREEMENT;
    }
  }
}
