package dev.tailgate.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.RawActivations;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RangeCalibratorTest {
  /** The same kernels give the same activations; only the averaging rounds, in float32. */
  private static final double ROUNDING = 1e-5;

  @TempDir Path folder;

  private static List<QuantPoint.Activation> points(OnnxModel model) {
    List<QuantPoint.Activation> points = new ArrayList<>();
    for (Tap tap : ReferenceModel.taps(model).withRole(TapRole.FFN_OUT)) {
      points.add(
          new QuantPoint.Activation(
              tap.tensor(),
              "ffn_out",
              tap.layer(),
              ElementType.FLOAT,
              3,
              new TokenLayout.Axis(1),
              model.graph().uses(tap.tensor())));
    }
    return points;
  }

  private static List<float[]> raw(OnnxModel model, String tensor, DataSource data) {
    List<float[]> batches = new ArrayList<>();
    Iterator<Batch> iterator = data.batches();
    while (iterator.hasNext()) {
      batches.add(RawActivations.of(model, tensor, iterator.next()).toFloats());
    }
    return batches;
  }

  private static Map<QuantPoint.Activation, Range> calibrate(
      OnnxModel model, RangeEstimator estimator, boolean sequential, DataSource data) {
    CalibrationSettings settings =
        CalibrationSettings.of(List.of(estimator), sequential, TensorScheme.papersActivations(8));
    return new RangeCalibrator(settings, ReferenceModel.CPU)
        .run(ModelMap.of(model), points(model), Map.of(), data, 4, done -> {})
        .ranges()
        .get(estimator);
  }

  private static double percentile(float[] values, double p) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    double at = p / 100 * (sorted.length - 1);
    int low = (int) Math.floor(at);
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * ((double) sorted[high] - sorted[low]);
  }

  @Test
  void minMaxIsTheRangeOfAllBatches() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    DataSource data = ReferenceModel.madeUp(model, 12, 3, 24);
    calibrate(model, new RangeEstimator.MinMax(), false, data)
        .forEach(
            (point, range) -> {
              float min = Float.POSITIVE_INFINITY;
              float max = Float.NEGATIVE_INFINITY;
              for (float[] batch : raw(model, point.tensor(), data)) {
                for (float x : batch) {
                  min = Math.min(min, x);
                  max = Math.max(max, x);
                }
              }
              assertThat(range.min()).isCloseTo(min, within(ROUNDING * Math.abs(min)));
              assertThat(range.max()).isCloseTo(max, within(ROUNDING * Math.abs(max)));
            });
  }

  @Test
  void runningRangeAveragesBatchesWithMomentum() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    DataSource data = ReferenceModel.madeUp(model, 12, 3, 24);
    calibrate(model, new RangeEstimator.RunningMinMax(0.9), false, data)
        .forEach(
            (point, range) -> {
              double running = Double.NaN;
              for (float[] batch : raw(model, point.tensor(), data)) {
                double max = percentile(batch, 100);
                running = Double.isNaN(running) ? max : 0.9 * running + 0.1 * max;
              }
              assertThat(range.max()).isCloseTo(running, within(ROUNDING * Math.abs(running)));
            });
  }

  @Test
  void percentilesInterpolateBetweenOrderStatistics() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    DataSource data = ReferenceModel.madeUp(model, 3, 3, 24);
    for (double p : new double[] {99.9, 99, 75, 100}) {
      calibrate(model, new RangeEstimator.RunningPercentile(p, 0.9), false, data)
          .forEach(
              (point, range) -> {
                float[] values = raw(model, point.tensor(), data).get(0);
                double high = percentile(values, p);
                double low = percentile(values, 100 - p);
                assertThat(range.max()).isCloseTo(high, within(ROUNDING * (1 + Math.abs(high))));
                assertThat(range.min()).isCloseTo(low, within(ROUNDING * (1 + Math.abs(low))));
              });
    }
  }

  @Test
  void sequentialCalibrationChangesOnlyLaterPoints() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    DataSource data = ReferenceModel.madeUp(model, 12, 3, 24);
    List<Range> clean =
        List.copyOf(calibrate(model, new RangeEstimator.MinMax(), false, data).values());
    List<Range> sequential =
        List.copyOf(calibrate(model, new RangeEstimator.MinMax(), true, data).values());
    assertThat(sequential.get(0).max())
        .isCloseTo(clean.get(0).max(), within(ROUNDING * Math.abs(clean.get(0).max())));
    assertThat(sequential.get(2)).isNotEqualTo(clean.get(2));
    assertThat(sequential.get(2).max())
        .isCloseTo(clean.get(2).max(), within(0.1 * Math.abs(clean.get(2).max())));
  }
}
