package dev.tailgate.reports.html;

import dev.tailgate.reports.chart.ChartSet;
import dev.tailgate.reports.chart.ChartSpec;
import dev.tailgate.reports.chart.SvgChart;
import dev.tailgate.reports.wording.Findings;
import dev.tailgate.reports.wording.ModelNames;
import dev.tailgate.stats.result.RunResult;
import java.util.List;

/**
 * What the page shows, with every number already a text; the templates only place it.
 *
 * @param main the model the report is about
 * @param names names of all models, that of {@code main} first
 * @param results all models, {@code main} first
 * @param charts pictures of all models
 */
public record ReportView(
    RunResult main, List<String> names, List<RunResult> results, ChartSet charts) {

  /** A view of some models, the first being the one the report is about. */
  public static ReportView of(List<RunResult> results) {
    if (results.isEmpty()) {
      throw new IllegalArgumentException(
          "rendering a report: no results given, expected one or more");
    }
    return new ReportView(
        results.get(0), ModelNames.of(results), List.copyOf(results), ChartSet.of(results));
  }

  /** Whether other models stand beside the main one. */
  public boolean hasOthers() {
    return results.size() > 1;
  }

  /** The finding for a model, by its position. */
  public String finding(int model) {
    return Findings.of(results.get(model));
  }

  /** What must be read before any number. */
  public List<String> notices() {
    return Findings.notices(main);
  }

  /** The headline of a model as name, number and note. */
  public List<HeadlineRow> headline(int model) {
    return HeadlineRow.of(results.get(model));
  }

  /** Rows of the main model's tap table, worst first. */
  public List<TapRow> taps() {
    return TapRow.of(main);
  }

  /** A chart as an element of the page. */
  public String svg(ChartSpec chart) {
    return SvgChart.inline(chart);
  }

  /** The glossary's name for an agreement metric. */
  public static String metricName(String id) {
    return switch (id) {
      case "sqnr_db" -> "SQNR";
      case "kl" -> "KL";
      case "top1" -> "top-1";
      default -> id;
    };
  }

  /** What was run, as pairs of a name and a text. */
  public List<Fact> facts() {
    return Fact.of(main);
  }
}
