package dev.tailgate.page.chart;

import dev.tailgate.result.lab.Study;
import java.util.ArrayList;
import java.util.List;

/** Pictures of what the laboratory measured. A line has the same colour in all of one study. */
public final class LabCharts {
  private LabCharts() {}

  /** The lines of a study. */
  public static ChartSpec.Line of(Study.Chart chart, List<String> names) {
    List<ChartSpec.Series> series = new ArrayList<>();
    for (Study.Line line : chart.lines()) {
      List<Double> xs = new ArrayList<>();
      List<Double> ys = new ArrayList<>();
      for (int i = 0; i < line.x().size(); i++) {
        if (shows(line.x().get(i), chart.logX())) {
          xs.add(line.x().get(i));
          double y = line.y().get(i);
          ys.add(shows(y, chart.logY()) ? y : Double.NaN);
        }
      }
      int style = Math.max(0, names.indexOf(line.name()));
      series.add(new ChartSpec.Series(line.name(), style, style, xs, ys));
    }
    return new ChartSpec.Line(
        chart.title(),
        axis(chart.x(), chart.logX(), series.stream().flatMap(s -> s.xs().stream()).toList()),
        axis(chart.y(), chart.logY(), series.stream().flatMap(s -> s.ys().stream()).toList()),
        series,
        chart.lines().stream().map(Study.Line::name).toList());
  }

  private static boolean shows(double value, boolean isLogarithmic) {
    return Double.isFinite(value) && (!isLogarithmic || value > 0);
  }

  private static Axis axis(String title, boolean isLogarithmic, List<Double> values) {
    double low = values.stream().filter(Double::isFinite).mapToDouble(v -> v).min().orElse(1);
    double high = values.stream().filter(Double::isFinite).mapToDouble(v -> v).max().orElse(2);
    if (isLogarithmic) {
      return Ticks.log(title + ", log scale", low, Math.max(high, low * 1.01));
    }
    double room = high > low ? high - low : Math.max(1, Math.abs(low));
    return Ticks.linear(title, Math.min(0, low), low + room, 6);
  }
}
