package dev.tailgate.page.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Activations of a hostile model and numbers of an edited result have any size. */
class TicksTest {
  private static final List<Double> EXTREMES =
      List.of(
          0.0,
          -0.0,
          Double.MIN_VALUE,
          (double) Float.MIN_VALUE,
          1e-300,
          1.0,
          1.0000000000000002,
          1e20,
          (double) Float.MAX_VALUE,
          1e300,
          Double.MAX_VALUE,
          -1e20,
          -Double.MAX_VALUE,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY);

  @Test
  void makesAnAxisOfAnyValues() {
    List<BiFunction<String, Collection<Double>, Axis>> choices =
        List.of(Ticks::forValues, Ticks::around, Ticks::aroundOrLog);
    Random random = new Random(19);
    for (int round = 0; round < 20_000; round++) {
      List<Double> values = new ArrayList<>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        values.add(
            random.nextBoolean()
                ? EXTREMES.get(random.nextInt(EXTREMES.size()))
                : random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300));
      }
      for (BiFunction<String, Collection<Double>, Axis> choice : choices) {
        requireUsable(choice.apply("a", values), values);
      }
      double low = values.get(0);
      double high = values.get(values.size() - 1);
      requireUsable(Ticks.exact("a", low, high, 5), values);
      requireUsable(Ticks.linear("a", 0, high, 5), values);
    }
  }

  /** What any axis has to be; that there is one at all says that its ends are finite and apart. */
  private static void requireUsable(Axis axis, List<Double> values) {
    assertThat(axis.ticks().size()).as("ticks for %s", values).isLessThanOrEqualTo(20);
    for (Axis.Tick tick : axis.ticks()) {
      assertThat(axis.position(tick.at())).as("tick for %s", values).isBetween(-1e-6, 1 + 1e-6);
    }
  }

  @Test
  void labelsAFewOfManyLayers() {
    assertThat(Ticks.indices("layer", 0, Integer.MAX_VALUE).ticks().size()).isBetween(2, 20);
    assertThat(Ticks.indices("layer", Integer.MIN_VALUE, Integer.MAX_VALUE).ticks().size())
        .isBetween(2, 20);
  }

  /** XChart adds steps that are lost in rounding when it sees such values. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-290, 1e-45, 1e20, 1e38, 1e290})
  void drawsTheSamePictureAtAnyScale(double scale) {
    assertThat(XChartMarks.svg(line(scale), 482, 222))
        .isEqualTo(XChartMarks.svg(line(1), 482, 222));
    assertThat(XChartMarks.svg(bar(scale), 482, 222)).isEqualTo(XChartMarks.svg(bar(1), 482, 222));
    assertThat(XChartMarks.svg(histogram(scale), 482, 222))
        .isEqualTo(XChartMarks.svg(histogram(1), 482, 222));
  }

  private static Axis axis(double max) {
    return new Axis("a", 0, max, false, List.of());
  }

  private static ChartSpec.Line line(double scale) {
    List<Double> ys = List.of(scale, 5 * scale, 10 * scale);
    return new ChartSpec.Line(
        "t",
        axis(2),
        axis(10 * scale),
        List.of(new ChartSpec.Series("s", 0, 0, List.of(0.0, 1.0, 2.0), ys)),
        List.of("m"));
  }

  private static ChartSpec.Bar bar(double scale) {
    return new ChartSpec.Bar(
        "t", axis(2), axis(10 * scale), List.of(2 * scale, Double.POSITIVE_INFINITY, 10 * scale));
  }

  private static ChartSpec.Histogram histogram(double scale) {
    return new ChartSpec.Histogram(
        "t",
        new Axis("x", -scale, scale, false, List.of()),
        new Axis("y", 0.5, 100, true, List.of()),
        List.of(-scale, 0.0, scale),
        List.of(3L, 50L),
        java.util.Optional.empty());
  }
}
