package dev.tailgate.page.chart;

import dev.tailgate.result.CureResult;
import dev.tailgate.result.CureResult.Point;
import dev.tailgate.result.CureResult.Stage;
import dev.tailgate.result.Score;
import dev.tailgate.result.wording.SchemeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Pictures of a cure. A model has the same colour and symbol in all of them; the curves have at
 * most {@value #BINS} points, each the mean of the steps around it.
 */
public final class CureCharts {
  private static final int BINS = 60;

  private CureCharts() {}

  /** Task metric by stage: the float model open, the quantized one full, with 95 % intervals. */
  public static ChartSpec.Dots task(CureResult result) {
    List<Stage> stages = result.stages();
    List<ChartSpec.Dot> dots = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (int s = 0; s < stages.size(); s++) {
      double at = stages.size() - 1.0 - s;
      dot(dots, values, at, s, true, stages.get(s).fp());
      dot(dots, values, at, s, false, stages.get(s).quantized());
    }
    return new ChartSpec.Dots(
        "Task metric",
        Ticks.aroundOrLog(result.metric().orElse("no labels"), values),
        Ticks.names("", stages.stream().map(CureCharts::name).toList()),
        List.of("FP", SchemeName.shown(result.scheme())),
        dots);
  }

  private static void dot(
      List<ChartSpec.Dot> dots,
      List<Double> values,
      double at,
      int style,
      boolean open,
      Optional<Score> score) {
    score.ifPresent(
        s -> {
          values.add(s.value());
          if (s.hasInterval()) {
            values.addAll(List.of(s.low(), s.high()));
          }
          dots.add(new ChartSpec.Dot(at, style, open, s.value(), s.low(), s.high(), List.of()));
        });
  }

  /** A stage as charts and tables call it. */
  public static String name(Stage stage) {
    return stage.kind().name().toLowerCase(Locale.ROOT);
  }

  /** Loss of the training batches along the steps. */
  public static ChartSpec.Line loss(CureResult result) {
    return curve("Loss along the steps", "loss of the batches", result.training().losses());
  }

  /** Error on validation samples along the steps. */
  public static ChartSpec.Line validation(CureResult result) {
    return curve(
        "Validation along the steps", "loss of the validation", result.training().validation());
  }

  private static ChartSpec.Line curve(String title, String unit, List<Point> points) {
    List<Point> shown = thinned(points);
    List<Double> xs = shown.stream().map(p -> (double) p.step()).toList();
    List<Double> ys = shown.stream().map(Point::value).toList();
    Axis linear = Ticks.forValues(unit, ys);
    String title2 = linear.logarithmic() ? unit + ", log scale" : unit;
    double last = xs.isEmpty() ? 1 : Math.max(1, xs.get(xs.size() - 1));
    return new ChartSpec.Line(
        title,
        Ticks.linear("step", 0, last, 6),
        Ticks.forValues(title2, ys),
        List.of(new ChartSpec.Series(unit, 0, 0, xs, ys)),
        List.of(unit));
  }

  /** Means over groups of points that follow each other. */
  static List<Point> thinned(List<Point> points) {
    int each = (points.size() + BINS - 1) / BINS;
    List<Point> means = new ArrayList<>();
    for (int from = 0; from < points.size(); from += each) {
      List<Point> part = points.subList(from, Math.min(points.size(), from + each));
      means.add(
          new Point(
              Math.round(part.stream().mapToLong(Point::step).average().orElse(0)),
              part.stream().mapToDouble(Point::value).average().orElse(Double.NaN)));
    }
    return means;
  }
}
