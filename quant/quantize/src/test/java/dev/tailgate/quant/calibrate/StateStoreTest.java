package dev.tailgate.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.stats.DyadicHistogram;
import dev.tailgate.stats.Range;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateStoreTest {
  private static final EstimatorNeeds NEEDS =
      new EstimatorNeeds(
          List.of(
              new RangeEstimator.RunningMinMax(0.9),
              new RangeEstimator.Percentile(99),
              new RangeEstimator.Mse()));

  @TempDir private Path folder;

  private StateStore store() {
    return new StateStore(folder.resolve("state"), new byte[32]);
  }

  private static PointState.Snapshot point(PointState.Ends ends, PointState.Bins bins) {
    return new PointState.Snapshot(
        new Range(-1.5, Double.MIN_VALUE),
        1L << 40,
        List.of(new PointState.Average(Range.EMPTY, 0)),
        new FaultTally.Counts(new long[] {1, 0, 0, 2}, new long[] {7, 0, 0, 0}, -65504),
        Optional.of(ends),
        Optional.of(bins));
  }

  private static CalibrationState state(PointState.Snapshot point) {
    DataFault fault = new DataFault("x", DataFault.Kind.NAN, 3, 4, Double.NaN);
    Range range = new Range(-0.0, 1e-310);
    return new CalibrationState(
        2.5,
        4,
        1,
        List.of(new CalibrationState.Finished(List.of(range, range, range), List.of(fault))),
        Optional.of(new CalibrationState.Pass(3, 1, Set.of(0), List.of(point))));
  }

  private static final PointState.Ends ENDS =
      new PointState.Ends(2, new float[] {-0f, Float.MIN_VALUE}, new float[] {0.1f});

  private static final PointState.Bins BINS =
      new PointState.Bins(-3, new Range(-1.5, 0.5), new int[] {0, 9}, new long[] {1, 1L << 33});

  @Test
  void readsTheBitsThatWereWritten() {
    CalibrationState written = state(point(ENDS, BINS));
    store().save(written);
    assertThat(store().load(read -> read.fits(2, NEEDS)))
        .get()
        .usingRecursiveComparison()
        .withEqualsForType(Double::equals, Double.class)
        .withEqualsForType(Float::equals, Float.class)
        .isEqualTo(written);
  }

  /** Between two passes there is none, and most estimators need neither tails nor bins. */
  @Test
  void readsWhatIsNotThereAsAbsent() {
    PointState.Snapshot plain =
        new PointState.Snapshot(
            new Range(0, 1),
            8,
            List.of(),
            new FaultTally.Counts(new long[4], new long[4], 0),
            Optional.empty(),
            Optional.empty());
    CalibrationState.Pass pass = new CalibrationState.Pass(2, 0, Set.of(), List.of(plain));
    EstimatorNeeds needs = new EstimatorNeeds(List.of(new RangeEstimator.MinMax()));
    for (CalibrationState written :
        List.of(CalibrationState.BEGINNING, CalibrationState.BEGINNING.during(pass))) {
      store().save(written);
      assertThat(store().load(read -> read.fits(1, needs)))
          .get()
          .usingRecursiveComparison()
          .isEqualTo(written);
    }
  }

  /** A sound checksum says who wrote a file, not that what it holds can be. */
  @Test
  void refusesWhatDoesNotFitTheCalibration() {
    PointState.Bins beyond =
        new PointState.Bins(
            0, new Range(0, 1), new int[] {2 * DyadicHistogram.HALF}, new long[] {1});
    PointState.Bins negative =
        new PointState.Bins(0, new Range(0, 1), new int[] {1}, new long[] {-1});
    for (PointState.Bins bins : List.of(beyond, negative)) {
      store().save(state(point(ENDS, bins)));
      assertThatThrownBy(() -> store().load(read -> read.fits(2, NEEDS)))
          .isInstanceOf(CalibrationException.class)
          .hasMessageContaining("Begin anew");
    }
    CalibrationState sound = state(point(ENDS, BINS));
    assertThat(sound.fits(1, NEEDS)).as("fewer points").isFalse();
    assertThat(sound.fits(2, new EstimatorNeeds(List.of(new RangeEstimator.MinMax())))).isFalse();
  }
}
