package dev.tailgate.reports.html;

import dev.tailgate.reports.chart.Stylesheet;
import dev.tailgate.stats.result.RunResult;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Renders results as one self-contained HTML page.
 *
 * <p>The page loads nothing, and its content policy lets no script run but the page's own, by its
 * hash; without script everything is there but sorting, filtering and the closer look at each tap.
 * Whatever text comes from a model is escaped by the template engine, or by the chart writer inside
 * pictures; the script builds text nodes only.
 */
public final class HtmlReport {
  private static final String TEMPLATES = "dev.tailgate.reports.html.templates";

  /** Control characters that HTML does not allow; a name in a model file may hold them. */
  private static final Pattern FORBIDDEN =
      Pattern.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f]");

  private HtmlReport() {}

  /**
   * The page, as text.
   *
   * @param results the model the report is about, then any that stand beside it
   */
  public static String render(List<RunResult> results) {
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null, ContentType.Html, HtmlReport.class.getClassLoader(), TEMPLATES);
    TemplateOutput page = new StringOutput();
    engine.render(
        "report.jte",
        Map.of(
            "view",
            ReportView.of(results),
            "style",
            Stylesheet.css() + PageResource.STYLE,
            "script",
            PageResource.SCRIPT,
            "scriptSource",
            PageResource.SCRIPT_SOURCE),
        page);
    return FORBIDDEN.matcher(page.toString()).replaceAll("\ufffd");
  }
}
