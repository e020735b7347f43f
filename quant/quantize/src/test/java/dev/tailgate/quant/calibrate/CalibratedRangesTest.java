package dev.tailgate.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibratedRangesTest {
  private static final int LATEST_OPSET = 17;
  private static final RangeEstimator P99 = new RangeEstimator.Percentile(99);
  private static final List<RangeEstimator> ALL =
      RangeEstimator.LABELS.stream().map(label -> RangeEstimator.parse(label, 99)).toList();

  /** Heavy-tailed values, so that percentiles, extremes and optimal clipping all differ. */
  private static List<float[]> samples(int count, int tokens, long seed) {
    Random random = new Random(seed);
    List<float[]> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] values = new float[tokens * RawModel.CHANNELS];
      for (int k = 0; k < values.length; k++) {
        double z = random.nextGaussian();
        values[k] = (float) (z * z * z + 0.1);
      }
      samples.add(values);
    }
    return samples;
  }

  private CalibrationResult calibrate(List<RangeEstimator> estimators, DataSource data) {
    return calibrate(estimators, data, false, LATEST_OPSET);
  }

  private CalibrationResult calibrate(
      List<RangeEstimator> estimators, DataSource data, boolean sequential, long opset) {
    OnnxModel model = RawModel.write(opset);
    CalibrationSettings settings =
        CalibrationSettings.of(estimators, sequential, TensorScheme.papersActivations(8));
    List<QuantPoint.Activation> points =
        List.of(RawModel.point(model, "hidden"), RawModel.point(model, "scores"));
    return new RangeCalibrator(settings, ReferenceModel.CPU)
        .run(ModelMap.of(model), points, Map.of(), data, Integer.MAX_VALUE, done -> {});
  }

  private static Range hidden(CalibrationResult result, RangeEstimator estimator) {
    return List.copyOf(Objects.requireNonNull(result.ranges().get(estimator)).values()).get(0);
  }

  private static float[] joined(List<float[]> samples) {
    int size = samples.stream().mapToInt(s -> s.length).sum();
    float[] all = new float[size];
    int at = 0;
    for (float[] sample : samples) {
      System.arraycopy(sample, 0, all, at, sample.length);
      at += sample.length;
    }
    Arrays.sort(all);
    return all;
  }

  /** NumPy's linear interpolation, on sorted values. */
  private static double percentile(float[] sorted, double p) {
    double at = p / 100 * (sorted.length - 1);
    int low = (int) Math.floor(at);
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * ((double) sorted[high] - sorted[low]);
  }

  @Test
  void percentilesAreThoseOfAllValuesOfAllBatches() {
    List<float[]> samples = samples(12, 5, 1);
    float[] sorted = joined(samples);
    for (double p : new double[] {60, 75, 99, 99.9, 100}) {
      RangeEstimator estimator = new RangeEstimator.Percentile(p);
      Range range = hidden(calibrate(List.of(estimator), RawModel.data(samples, 3)), estimator);
      assertThat(range.max()).isCloseTo(percentile(sorted, p), within(1e-12));
      assertThat(range.min()).isCloseTo(percentile(sorted, 100 - p), within(1e-12));
    }
  }

  @Test
  void rangesDoNotDependOnHowSamplesAreBatched() {
    List<float[]> samples = samples(12, 5, 2);
    CalibrationResult one = calibrate(ALL, RawModel.data(samples, 1));
    CalibrationResult three = calibrate(ALL, RawModel.data(samples, 3));
    CalibrationResult twelve = calibrate(ALL, RawModel.data(samples, 12));
    for (RangeEstimator estimator : ALL) {
      boolean runs = estimator.label().startsWith("running");
      if (!runs) {
        assertThat(three.ranges().get(estimator)).hasSameSizeAs(one.ranges().get(estimator));
        assertThat(hidden(three, estimator)).isEqualTo(hidden(one, estimator));
        assertThat(hidden(twelve, estimator)).isEqualTo(hidden(one, estimator));
      }
    }
    assertThat(three.batches()).isEqualTo(4);
    assertThat(three.passes()).isEqualTo(1);
  }

  @Test
  void anEstimatorFindsTheSameAloneAndAmongOthers() {
    DataSource data = RawModel.data(samples(6, 7, 3), 2);
    CalibrationResult all = calibrate(ALL, data);
    assertThat(List.copyOf(all.ranges().keySet())).isEqualTo(ALL);
    for (RangeEstimator estimator : ALL) {
      Range alone = hidden(calibrate(List.of(estimator), data), estimator);
      assertThat(hidden(all, estimator)).isEqualTo(alone);
    }
  }

  @Test
  void longSamplesAfterShortOnesKeepPercentilesExact() {
    List<float[]> samples = samples(2, 2, 4);
    samples.addAll(samples(2, 300, 5));
    samples.addAll(samples(2, 40, 6));
    float[] sorted = joined(samples);
    CalibrationResult result = calibrate(List.of(P99), RawModel.data(samples, 2));
    assertThat(hidden(result, P99).max()).isCloseTo(percentile(sorted, 99), within(1e-12));
    assertThat(hidden(result, P99).min()).isCloseTo(percentile(sorted, 1), within(1e-12));
    assertThat(result.passes()).isGreaterThan(1);
  }

  @Test
  void anOutlierInTheFirstBatchIsKept() {
    List<float[]> samples = samples(5, 3, 7);
    samples.get(0)[2] = 1000;
    CalibrationResult result = calibrate(ALL, RawModel.data(samples, 1));
    assertThat(hidden(result, new RangeEstimator.MinMax()).max()).isEqualTo(1000);
    assertThat(hidden(result, P99).max()).isCloseTo(percentile(joined(samples), 99), within(1e-12));
  }

  @Test
  void paddingCountsForNoEstimator() {
    List<float[]> samples = samples(6, 8, 8);
    List<float[]> real = new ArrayList<>();
    int[] lengths = {8, 5, 1, 7, 2, 8};
    for (int i = 0; i < lengths.length; i++) {
      int end = lengths[i] * RawModel.CHANNELS;
      real.add(Arrays.copyOf(samples.get(i), end));
      Arrays.fill(samples.get(i), end, samples.get(i).length, i % 2 == 0 ? 77 : Float.NaN);
    }
    CalibrationResult padded = calibrate(ALL, RawModel.padded(samples, 3, lengths));
    CalibrationResult unpadded = calibrate(ALL, RawModel.data(real, 1));
    for (RangeEstimator estimator : ALL) {
      if (!estimator.label().startsWith("running")) {
        assertThat(hidden(padded, estimator)).isEqualTo(hidden(unpadded, estimator));
      }
    }
    assertThat(padded.faults()).isEmpty();
  }

  @Test
  void oneSampleAndConstantTensorsHaveRanges() {
    float[] constant = new float[2 * RawModel.CHANNELS];
    Arrays.fill(constant, 3.5f);
    CalibrationResult result = calibrate(ALL, RawModel.data(List.of(constant), 1));
    for (RangeEstimator estimator : ALL) {
      Range range = hidden(result, estimator);
      boolean shrinks = estimator.label().equals("mse");
      assertThat(range.max()).isCloseTo(3.5, within(shrinks ? 0.05 : 0));
      assertThat(range.min()).isLessThanOrEqualTo(range.max());
    }
  }

  @Test
  void oldOpsetsGiveTheSame() {
    DataSource data = RawModel.data(samples(6, 3, 9), 2);
    List<RangeEstimator> withoutTopK =
        ALL.stream().filter(e -> !e.label().contains("percentile")).toList();
    CalibrationResult recent = calibrate(ALL, data);
    CalibrationResult ten = calibrate(ALL, data, false, 10);
    CalibrationResult nine = calibrate(withoutTopK, data, false, 9);
    ALL.forEach(e -> assertThat(hidden(ten, e)).isEqualTo(hidden(recent, e)));
    withoutTopK.forEach(e -> assertThat(hidden(nine, e)).isEqualTo(hidden(recent, e)));
    assertThatThrownBy(() -> calibrate(List.of(P99), data, false, 9))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("opset 10");
  }

  @Test
  void everyEstimatorCanQuantizeInPlace() {
    DataSource data = RawModel.data(samples(6, 3, 10), 2);
    CalibrationResult clean = calibrate(ALL, data);
    for (RangeEstimator first : ALL) {
      List<RangeEstimator> order = new ArrayList<>(List.of(first));
      ALL.stream().filter(e -> !e.equals(first)).forEach(order::add);
      CalibrationResult result = calibrate(order, data, true, LATEST_OPSET);
      // The first point sees float inputs; a later one does not, but this model has no such point.
      ALL.forEach(e -> assertThat(hidden(result, e)).isEqualTo(hidden(clean, e)));
    }
  }
}
