package dev.tailgate.page.html;

import dev.tailgate.page.chart.ChartSpec;
import dev.tailgate.page.chart.ComparisonCharts;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.Conditions;
import dev.tailgate.result.compare.Group;
import dev.tailgate.result.compare.GroupFinding;
import dev.tailgate.result.compare.MethodColumn;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.stats.metric.Direction;
import java.util.ArrayList;
import java.util.List;

/**
 * A group as the page shows it.
 *
 * @param title its family
 * @param finding its result in a sentence
 * @param scheme the quantization scheme
 * @param heads heads of the columns of numbers
 * @param rows the table
 * @param facts the conditions that all rows share
 * @param parts charts, in blocks with a heading each
 */
public record CompareGroup(
    String title,
    String finding,
    String scheme,
    List<String> heads,
    List<CompareRow> rows,
    List<Fact> facts,
    List<Part> parts) {
  /**
   * Charts about one question.
   *
   * @param heading the question
   * @param lead how to read them
   * @param figures the charts
   */
  public record Part(String heading, String lead, List<Figure> figures) {}

  /**
   * A chart.
   *
   * @param caption what it shows
   * @param chart the picture
   */
  public record Figure(String caption, ChartSpec chart) {}

  /** Rows that are compared with the baseline. */
  public List<CompareRow> against() {
    return rows.stream().filter(row -> !row.isBaseline()).toList();
  }

  static CompareGroup of(Comparison comparison, Group group) {
    ComparisonCharts charts = ComparisonCharts.of(comparison, group);
    List<MethodColumn> columns = comparison.columns();
    return new CompareGroup(
        group.title(),
        GroupFinding.of(group, comparison.baseline()),
        group.conditions().schemeName(),
        columns.stream().map(column -> column.head(group.conditions())).toList(),
        group.rows().stream()
            .map(row -> CompareRow.of(row, group.name(row), columns, charts.style(row)))
            .toList(),
        facts(group.conditions()),
        parts(group, charts, comparison.baseline()));
  }

  private static List<Fact> facts(Conditions conditions) {
    return List.of(
        new Fact("Task metric", conditions.metric() + ", " + conditions.direction().inWords()),
        new Fact("Scheme", conditions.schemeName()),
        new Fact("Tap preset", conditions.tapPreset()),
        new Fact("Data", conditions.data()),
        new Fact("Samples", Numbers.count(conditions.samples())),
        new Fact("SHA-256 of data", conditions.dataSha256().orElse("not in the results")));
  }

  private static List<Part> parts(Group group, ComparisonCharts charts, String baseline) {
    List<Part> parts = new ArrayList<>();
    List<Figure> metrics = new ArrayList<>();
    if (has(group, MethodColumn.FP) || has(group, MethodColumn.QUANTIZED)) {
      metrics.add(
          new Figure(
              group.conditions().metric() + ", " + group.conditions().direction().inWords(),
              charts.task()));
    }
    metrics.add(
        new Figure("Average kurtosis, lower is better", charts.outliers(MethodColumn.KURTOSIS)));
    metrics.add(
        new Figure(
            "Largest infinity norm, lower is better", charts.outliers(MethodColumn.INF_NORM)));
    if (group.rows().stream().anyMatch(row -> row.against().cost().isPresent())) {
      metrics.add(
          new Figure(
              "Cost against that of " + baseline + ", 95\u00a0% interval",
              charts.costDifferences(baseline)));
    }
    parts.add(new Part("By method", spread(group), metrics));
    if (group.rows().stream().anyMatch(row -> !row.profile().layers().isEmpty())) {
      parts.add(
          new Part(
              "By layer",
              "Mean over seeds. Kurtosis is the mean over the taps of a layer, the norm the largest"
                  + " of them, as in the table.",
              List.of(
                  new Figure("Kurtosis", charts.kurtosisByLayer()),
                  new Figure("Infinity norm", charts.infNormByLayer()))));
    }
    if (has(group, MethodColumn.CHANGE)) {
      parts.add(
          new Part(
              "Cost against outliers",
              "A point is a model; above 0 means that quantization "
                  + (group.conditions().direction() == Direction.LOWER ? "hurts." : "helps."),
              List.of(
                  new Figure(
                      "Cost against average kurtosis",
                      charts.scatter(MethodColumn.KURTOSIS, MethodColumn.CHANGE)),
                  new Figure(
                      "Cost against the largest infinity norm",
                      charts.scatter(MethodColumn.INF_NORM, MethodColumn.CHANGE)))));
    }
    if (has(group, MethodColumn.QUANTIZED)) {
      parts.add(new Part("What a method takes", "A point is a model.", tradeOffs(group, charts)));
    }
    return parts;
  }

  private static List<Figure> tradeOffs(Group group, ComparisonCharts charts) {
    String metric = "Quantized " + group.conditions().metric();
    List<Figure> figures = new ArrayList<>();
    figures.add(
        new Figure(
            metric + " against size", charts.scatter(MethodColumn.SIZE, MethodColumn.QUANTIZED)));
    if (has(group, MethodColumn.TIME)) {
      figures.add(
          new Figure(
              metric + " against time", charts.scatter(MethodColumn.TIME, MethodColumn.QUANTIZED)));
    }
    return figures;
  }

  private static String spread(Group group) {
    return group.rows().stream().anyMatch(row -> row.members().size() > 1)
        ? "Mean over seeds with its standard deviation as a bar; small dots are the seeds."
        : "One model a method: nothing here says how much another seed would differ.";
  }

  private static boolean has(Group group, MethodColumn column) {
    return group.rows().stream()
        .flatMap(row -> row.members().stream())
        .anyMatch(member -> Double.isFinite(member.number(column)));
  }
}
