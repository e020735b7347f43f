package dev.tailgate.reports.chart;

import dev.tailgate.reports.compare.Column;
import dev.tailgate.reports.compare.Comparison;
import dev.tailgate.reports.compare.Group;
import dev.tailgate.reports.compare.Member;
import dev.tailgate.reports.compare.Paired;
import dev.tailgate.reports.compare.Row;
import dev.tailgate.reports.compare.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

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
  public int style(Row row) {
    return styles.indexOf(group.name(row));
  }

  /** Task metric by method: the float model open, the quantized one full. */
  public ChartSpec.Dots task() {
    String scheme = group.conditions().schemeName();
    return dots(
        "Task metric by method",
        group.conditions().metric(),
        List.of("FP", scheme),
        List.of(Column.FP, Column.QUANTIZED));
  }

  /** Average kurtosis or largest norm by method. */
  public ChartSpec.Dots outliers(Column column) {
    return dots(title(column) + " by method", title(column), List.of(), List.of(column));
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
  public ChartSpec.Scatter scatter(Column across, Column up) {
    List<ChartSpec.Point> points = new ArrayList<>();
    for (Row row : group.rows()) {
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
  private Axis axis(Column column, List<Double> values) {
    if (column != Column.CHANGE) {
      return Ticks.aroundOrLog(title(column), values);
    }
    double largest =
        values.stream().filter(Double::isFinite).mapToDouble(Math::abs).max().orElse(0);
    List<Double> withZero = new ArrayList<>(values);
    withZero.addAll(List.of(0.0, -0.05 * largest, 0.05 * largest));
    return Ticks.around(title(column), withZero);
  }

  private static double shown(Column column, Member member) {
    return column == Column.SIZE ? member.number(column) / 1e6 : member.number(column);
  }

  private ChartSpec.Dots dots(
      String title, String quantity, List<String> kinds, List<Column> columns) {
    Axis names = Ticks.names("", group.rows().stream().map(group::name).toList());
    List<ChartSpec.Dot> dots = new ArrayList<>();
    for (int r = 0; r < group.rows().size(); r++) {
      Row row = group.rows().get(r);
      for (Column column : columns) {
        Spread spread = row.cell(column).spread();
        List<Double> parts = row.members().stream().map(m -> m.number(column)).toList();
        dots.add(
            new ChartSpec.Dot(
                group.rows().size() - 1.0 - r,
                style(row),
                column == Column.FP,
                spread.mean(),
                spread.mean() - spread.deviation(),
                spread.mean() + spread.deviation(),
                parts.size() > 1 ? parts : List.of()));
      }
    }
    List<Double> values =
        dots.stream()
            .flatMap(
                dot ->
                    Stream.concat(
                        Stream.of(dot.value(), dot.high(), lowest(dot)), dot.parts().stream()))
            .toList();
    return new ChartSpec.Dots(title, Ticks.aroundOrLog(quantity, values), names, kinds, dots);
  }

  /** What is positive has no room below 0, whatever its spread. */
  private static double lowest(ChartSpec.Dot dot) {
    boolean positive = dot.parts().stream().allMatch(part -> part >= 0);
    return positive ? Math.max(dot.low(), 0) : dot.low();
  }

  /** By how much the cost of each method differs from the baseline's, with 95 % intervals. */
  public ChartSpec.Dots costDifferences(String baseline) {
    List<Row> rows = group.rows().stream().filter(row -> row.against().cost().isPresent()).toList();
    List<ChartSpec.Dot> dots = new ArrayList<>();
    List<Double> values = new ArrayList<>(List.of(0.0));
    for (int r = 0; r < rows.size(); r++) {
      Paired.Difference cost = rows.get(r).against().cost().orElseThrow();
      values.addAll(List.of(cost.value(), cost.low(), cost.high()));
      dots.add(
          new ChartSpec.Dot(
              rows.size() - 1.0 - r,
              style(rows.get(r)),
              false,
              cost.value(),
              cost.low(),
              cost.high(),
              List.of()));
    }
    return new ChartSpec.Dots(
        "Cost against " + baseline,
        Ticks.around("Cost minus that of " + baseline, values),
        Ticks.names("", rows.stream().map(group::name).toList()),
        List.of(),
        dots);
  }

  private ChartSpec.Line byLayer(String title, String unit, Function<Row, List<Double>> numbers) {
    List<ChartSpec.Series> series = new ArrayList<>();
    for (Row row : group.rows()) {
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

  private String title(Column column) {
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
