package dev.tailgate.page.html;

import dev.tailgate.result.RunResult;
import java.util.List;
import java.util.Map;

/**
 * Renders results as one self-contained HTML page.
 *
 * <p>The page loads nothing, and its content policy lets no script run but the page's own, by its
 * hash; without script everything is there but sorting, filtering and the closer look at each tap.
 * Whatever text comes from a model is escaped by the template engine, or by the chart writer inside
 * pictures; the script builds text nodes only.
 */
public final class HtmlReport {
  private HtmlReport() {}

  /**
   * The page, as text.
   *
   * @param results the model the report is about, then any that stand beside it
   */
  public static String render(List<RunResult> results) {
    return PageTemplate.render(
        "report.jte",
        Map.of(
            "view", ReportView.of(results),
            "style", PageResource.STYLE,
            "script", PageResource.SCRIPT,
            "scriptSource", PageResource.SCRIPT_SOURCE));
  }
}
