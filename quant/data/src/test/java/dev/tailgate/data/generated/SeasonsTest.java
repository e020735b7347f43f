package dev.tailgate.data.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Series against what is known of them in closed form. */
class SeasonsTest {
  private static final int TRAIN = 12_000;
  private static final int TEST = 2200;

  /** An element of 1/256 is rounded by up to half of it, uniformly. */
  private static final double ROUNDING = 1.0 / (256 * 256 * 12);

  private static SeasonalSeries.Shape shape(double eventRate, double shiftRate, double noise) {
    return new SeasonalSeries.Shape(5, TRAIN, TEST, eventRate, 6, shiftRate, 1, noise, 7);
  }

  private static double floor(SeasonalSeries.Shape shape) {
    Seasons seasons = new Seasons(shape, 48, 24);
    return seasons
        .floor(new GeneratedSource(seasons, GeneratedSource.Use.HELD_OUT, 1, 512, 64))
        .orElseThrow();
  }

  private static double[] variable(SeasonalSeries series, int v, int rows) {
    Tensor window = series.window(0, rows);
    return IntStream.range(0, rows)
        .mapToDouble(t -> window.data().getFloat(4 * (5 * t + v)))
        .toArray();
  }

  @Test
  void variablesHaveMeanZeroAndDeviationOneInTheTrainingPart() {
    SeasonalSeries series = SeasonalSeries.of(shape(0.01, 0.002, 0.15), 24);
    for (int v = 0; v < 5; v++) {
      double[] values = variable(series, v, TRAIN);
      double mean = Arrays.stream(values).average().orElseThrow();
      double square = Arrays.stream(values).map(x -> x * x).average().orElseThrow();
      assertThat(mean).isCloseTo(0, within(1e-3));
      assertThat(square).isCloseTo(1, within(1e-3));
    }
  }

  @Test
  void seasonsAloneRepeatEveryDayAndAreForetoldButForRounding() {
    SeasonalSeries.Shape calm = shape(0, 0, 0);
    double[] values = variable(SeasonalSeries.of(calm, 24), 2, 240);
    for (int t = 0; t + 24 < 240; t++) {
      assertThat(values[t + 24]).isCloseTo(values[t], within(1.0 / 256));
    }
    assertThat(floor(calm)).isCloseTo(ROUNDING, within(0.2 * ROUNDING));
  }

  @Test
  void ofNoiseAloneTheBestErrorIsItsVariance() {
    // A thousand times the seasons: nothing else is left after scaling.
    double errors = 512 * 24 * 5;
    assertThat(floor(shape(0, 0, 1000))).isCloseTo(1, within(5 * Math.sqrt(2 * 24 / errors)));
  }

  @Test
  void everyOtherVariableEchoesAnEventAfterALagOfItsOwn() {
    SeasonalSeries series = SeasonalSeries.of(shape(0.01, 0, 0), 24);
    double[] first = deviations(variable(series, 0, TRAIN));
    long events = Arrays.stream(first).filter(d -> d > 0.1).count();
    assertThat(events / (double) TRAIN).isCloseTo(0.01, within(4 * Math.sqrt(0.01 / TRAIN)));
    boolean[] taken = new boolean[25];
    for (int v = 1; v < 5; v++) {
      double[] other = deviations(variable(series, v, TRAIN));
      int lag = lag(first, other);
      assertThat(taken[lag]).isFalse();
      taken[lag] = true;
      for (int t = 0; t + lag < TRAIN; t++) {
        boolean isEcho = Math.abs(other[t + lag]) > 0.05;
        assertThat(isEcho).as("variable %s at %s", v, t).isEqualTo(first[t] > 0.05);
      }
    }
  }

  /** How far values are from the season, which is the median of their hour. */
  private static double[] deviations(double[] values) {
    double[] rest = values.clone();
    for (int hour = 0; hour < 24; hour++) {
      int at = hour;
      double[] own =
          IntStream.range(0, values.length / 24).mapToDouble(d -> values[24 * d + at]).toArray();
      double median = Arrays.stream(own).sorted().toArray()[own.length / 2];
      for (int d = 0; d < own.length; d++) {
        rest[24 * d + at] -= median;
      }
    }
    return rest;
  }

  private static int lag(double[] first, double[] other) {
    int event =
        IntStream.range(0, TRAIN - 24).filter(t -> first[t] > 0.1).findFirst().orElseThrow();
    return IntStream.rangeClosed(1, 24)
        .boxed()
        .max((a, b) -> Double.compare(Math.abs(other[event + a]), Math.abs(other[event + b])))
        .orElseThrow();
  }

  @Test
  void whatIsForetoldOnHeldOutWindowsIsInNoWindowOfTraining() {
    Seasons seasons = new Seasons(shape(0.01, 0.002, 0.15), 48, 24);
    SeasonalSeries series = SeasonalSeries.of(shape(0.01, 0.002, 0.15), 24);
    GeneratedSource heldOut =
        new GeneratedSource(seasons, GeneratedSource.Use.HELD_OUT, 1, 512, 64);
    assertThat(heldOut.example(0).label().data()).isEqualTo(series.window(TRAIN, 24).data());
    assertThat(heldOut.example(511).label().data())
        .isEqualTo(series.window(TRAIN + 511 * (int) ((TEST - 24 + 1) / 512.0), 24).data());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 12000, 2200, 0.01, 6, 0.1",
    "5, 1, 2200, 0.01, 6, 0.1",
    "5, 2147483647, 2147483647, 0.01, 6, 0.1",
    "5, 12000, 2200, 1.5, 6, 0.1",
    "5, 12000, 2200, NaN, 6, 0.1",
    "5, 12000, 2200, 0.01, Infinity, 0.1",
    "5, 12000, 2200, 0.01, 6, -1",
    "5, 12000, 71, 0.01, 6, 0.1"
  })
  void numbersThatMakeNoSeriesAreRefused(
      int variables, int train, int test, double eventRate, double eventSize, double noise) {
    SeasonalSeries.Shape shape =
        new SeasonalSeries.Shape(variables, train, test, eventRate, eventSize, 0.002, 1, noise, 7);
    assertThatThrownBy(() -> new Seasons(shape, 48, 24))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected");
  }
}
