package dev.tailgate.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DataFaultsTest {
  private static final int TOKENS = 5;
  private static final List<RangeEstimator> ALL =
      RangeEstimator.LABELS.stream().map(label -> RangeEstimator.parse(label, 95)).toList();

  private static List<float[]> samples(int count) {
    Random random = new Random(11);
    List<float[]> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] values = new float[TOKENS * RawModel.CHANNELS];
      for (int k = 0; k < values.length; k++) {
        values[k] = (float) random.nextGaussian();
      }
      samples.add(values);
    }
    return samples;
  }

  private CalibrationResult calibrate(
      String tensor, List<float[]> samples, int batchSize, long opset) {
    OnnxModel model = RawModel.write(opset);
    CalibrationSettings settings =
        CalibrationSettings.of(ALL, false, TensorScheme.papersActivations(8));
    return new RangeCalibrator(settings, ReferenceModel.CPU)
        .run(
            ModelMap.of(model),
            List.of(RawModel.point(model, tensor)),
            Map.of(),
            RawModel.data(samples, batchSize),
            100,
            done -> {});
  }

  private static Range range(CalibrationResult result, RangeEstimator estimator) {
    return Objects.requireNonNull(result.ranges().get(estimator)).values().iterator().next();
  }

  /** The same samples with what is bad replaced by what is there anyway: same order statistics. */
  @Test
  void faultsAreLeftOutOfEveryRangeAndReported() {
    for (long opset : new long[] {10, 17}) {
      List<float[]> bad = samples(9);
      bad.get(4)[3] = Float.NaN;
      bad.get(4)[9] = Float.NaN;
      bad.get(6)[0] = Float.POSITIVE_INFINITY;
      bad.get(2)[1] = Float.NEGATIVE_INFINITY;
      bad.get(7)[2] = -Float.MAX_VALUE;
      bad.get(5)[8] = -65504;
      bad.get(8)[8] = -65503.5f;
      CalibrationResult result = calibrate("hidden", bad, 3, opset);
      assertThat(result.faults())
          .containsExactly(
              new DataFault("hidden", DataFault.Kind.NAN, 2, 4, Double.NaN),
              new DataFault(
                  "hidden", DataFault.Kind.POSITIVE_INFINITY, 1, 6, Double.POSITIVE_INFINITY),
              new DataFault(
                  "hidden", DataFault.Kind.NEGATIVE_INFINITY, 1, 2, Double.NEGATIVE_INFINITY),
              new DataFault("hidden", DataFault.Kind.MASK_FILL, 2, 5, -65504));
      double[] good = good(bad);
      assertThat(range(result, new RangeEstimator.MinMax()))
          .isEqualTo(new Range(-65503.5, good[good.length - 1]));
      RangeEstimator percentile = new RangeEstimator.Percentile(95);
      assertThat(range(result, percentile).max()).isEqualTo(percentile(good, 95));
      assertThat(range(result, percentile).min()).isEqualTo(percentile(good, 5));
    }
  }

  private static double[] good(List<float[]> samples) {
    return samples.stream()
        .flatMapToDouble(s -> java.util.stream.IntStream.range(0, s.length).mapToDouble(i -> s[i]))
        .filter(x -> Math.abs(x) < 1e30 && x != -65504)
        .sorted()
        .toArray();
  }

  private static double percentile(double[] sorted, double p) {
    double at = p / 100 * (sorted.length - 1);
    int low = (int) Math.floor(at);
    int high = Math.min(low + 1, sorted.length - 1);
    double t = at - low;
    return t < 0.5
        ? sorted[low] + t * (sorted[high] - sorted[low])
        : sorted[high] - (1 - t) * (sorted[high] - sorted[low]);
  }

  @Test
  void masksOfScoresAreFillsAndOutliersElsewhereAreNot() {
    List<float[]> samples = samples(4);
    samples.get(1)[6] = -5000;
    CalibrationResult scores = calibrate("scores", samples, 2, 17);
    CalibrationResult hidden = calibrate("hidden", samples, 2, 17);
    assertThat(scores.faults())
        .containsExactly(new DataFault("scores", DataFault.Kind.MASK_FILL, 1, 1, -10000));
    assertThat(range(scores, new RangeEstimator.MinMax()).min()).isGreaterThan(-20);
    assertThat(hidden.faults()).isEmpty();
    assertThat(range(hidden, new RangeEstimator.MinMax()).min()).isEqualTo(-5000);
  }

  @Test
  void estimatorsSeeTheGoodValuesAsIfTheOthersWereNotThere() {
    List<float[]> bad = samples(6);
    List<float[]> good = new ArrayList<>();
    for (float[] sample : bad) {
      // A whole token is at fault, so that without it the samples are just shorter.
      good.add(Arrays.copyOfRange(sample, RawModel.CHANNELS, sample.length));
      Arrays.fill(sample, 0, RawModel.CHANNELS, Float.NaN);
    }
    CalibrationResult left = calibrate("hidden", bad, 2, 17);
    CalibrationResult without = calibrate("hidden", good, 2, 17);
    ALL.forEach(e -> assertThat(range(left, e)).as(e.label()).isEqualTo(range(without, e)));
    assertThat(left.faults().get(0).count()).isEqualTo(6 * RawModel.CHANNELS);
  }

  @Test
  void aBatchWithoutAnyGoodValueChangesNothing() {
    List<float[]> samples = samples(3);
    Arrays.fill(samples.get(1), Float.NaN);
    CalibrationResult result = calibrate("hidden", samples, 1, 17);
    CalibrationResult without = calibrate("hidden", List.of(samples.get(0), samples.get(2)), 1, 17);
    ALL.forEach(e -> assertThat(range(result, e)).isEqualTo(range(without, e)));
  }

  @Test
  void aTensorOfNothingButNanIsRefusedByName() {
    List<float[]> samples = samples(2);
    samples.forEach(s -> Arrays.fill(s, Float.NaN));
    assertThatThrownBy(() -> calibrate("hidden", samples, 1, 17))
        .isInstanceOf(CalibrationException.class)
        .hasMessageContaining("40 NaN from sample 0 on")
        .hasMessageContaining("tensor hidden");
  }
}
