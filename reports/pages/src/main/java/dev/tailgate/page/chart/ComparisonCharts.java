package dev.tailgate.page.chart;

import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.Group;
import dev.tailgate.result.compare.Member;
import dev.tailgate.result.compare.MethodColumn;
import dev.tailgate.result.compare.MethodRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Pictures of one group of a comparison. A method has the same colour, symbol and dashes in all of
 * them, and in all groups.
 */
public final class ComparisonCharts {
  private final Group group;
  private final List<String> styles;

  private ComparisonCharts(Group group, List<String> styles) {
    this.group = group;
    this.styles = styles;
  }

  /** The pictures of a group of {@code comparison}. */
  public static ComparisonCharts of(Comparison comparison, Group group) {
    return new ComparisonCharts(
        group,
        comparison.groups().stream()
            .flatMap(g -> g.rows().stream().map(g::name))
            .distinct()
            .toList());
  }

  /** The number of a row's colour, symbol and dashes. */
  public int style(MethodRow row) {
    return styles.indexOf(group.name(row));
  }

  /** Task metric by method: the float model open, the quantized one full. */
  public ChartSpec.Dots task() {
    return dots()
        .of(
            "Task metric by method",
            group.conditions().metric(),
            List.of("FP", group.conditions().schemeName()),
            List.of(MethodColumn.FP, MethodColumn.QUANTIZED));
  }

  /** Average kurtosis or largest norm by method. */
  public ChartSpec.Dots outliers(MethodColumn column) {
    return dots().of(title(column) + " by method", title(column), List.of(), List.of(column));
  }

  /** By how much the cost of each method differs from the baseline's, with 95 % intervals. */
  public ChartSpec.Dots costDifferences(String baseline) {
    return dots().costDifferences(baseline);
  }

  private MethodDots dots() {
    return new MethodDots(group, this::style);
  }

  /** Kurtosis by layer, a line a method. */
  public ChartSpec.Line kurtosisByLayer() {
    return byLayer("Kurtosis by layer", "mean kurtosis of the layer", r -> r.profile().kurtosis());
  }

  /** Infinity norm by layer, a line a method. */
  public ChartSpec.Line infNormByLayer() {
    return byLayer(
        "Infinity norm by layer", "largest inf. norm of the layer", r -> r.profile().infNorm());
  }

  /** One number of each model over another, a named point a model. */
  public ChartSpec.Scatter scatter(MethodColumn across, MethodColumn up) {
    List<ChartSpec.Point> points = new ArrayList<>();
    for (MethodRow row : group.rows()) {
      for (Member member : row.members()) {
        String seed = row.members().size() > 1 ? "@" + member.seed() : "";
        points.add(
            new ChartSpec.Point(
                group.name(row) + seed, style(row), shown(across, member), shown(up, member)));
      }
    }
    return new ChartSpec.Scatter(
        title(up) + " over " + title(across),
        axis(across, points.stream().map(ChartSpec.Point::x).toList()),
        axis(up, points.stream().map(ChartSpec.Point::y).toList()),
        styles,
        points);
  }

  /** Costs lie around 0, which is shown as a line with air on both sides. */
  private Axis axis(MethodColumn column, List<Double> values) {
    if (column != MethodColumn.CHANGE) {
      return Ticks.aroundOrLog(title(column), values);
    }
    double largest =
        values.stream().filter(Double::isFinite).mapToDouble(Math::abs).max().orElse(0);
    List<Double> withZero = new ArrayList<>(values);
    withZero.addAll(List.of(0.0, -0.05 * largest, 0.05 * largest));
    return Ticks.around(title(column), withZero);
  }

  private static double shown(MethodColumn column, Member member) {
    return column == MethodColumn.SIZE ? member.number(column) / 1e6 : member.number(column);
  }

  private ChartSpec.Line byLayer(
      String title, String unit, Function<MethodRow, List<Double>> numbers) {
    List<ChartSpec.Series> series = new ArrayList<>();
    for (MethodRow row : group.rows()) {
      series.add(
          new ChartSpec.Series(
              group.name(row),
              style(row),
              style(row),
              row.profile().layers().stream().map(Integer::doubleValue).toList(),
              numbers.apply(row)));
    }
    List<Double> xs = series.stream().flatMap(s -> s.xs().stream()).toList();
    int first = (int) xs.stream().mapToDouble(x -> x).min().orElse(0);
    int last = (int) xs.stream().mapToDouble(x -> x).max().orElse(0);
    List<Double> ys = series.stream().flatMap(s -> s.ys().stream()).toList();
    String scale = Ticks.forValues(unit, ys).logarithmic() ? unit + ", log scale" : unit;
    return new ChartSpec.Line(
        title, Ticks.indices("layer", first, last), Ticks.forValues(scale, ys), series, styles);
  }

  private String title(MethodColumn column) {
    String metric = group.conditions().metric();
    String scheme = group.conditions().schemeName();
    return switch (column) {
      case FP -> "FP " + metric;
      case QUANTIZED -> scheme + " " + metric;
      case CHANGE -> scheme + " minus FP";
      case KURTOSIS -> "Average kurtosis";
      case INF_NORM -> "Largest inf. norm";
      case SIZE -> "Size in MB";
      case TIME -> "Time, baseline = 1";
    };
  }
}
