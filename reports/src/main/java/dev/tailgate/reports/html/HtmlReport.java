package dev.tailgate.reports.html;

import dev.tailgate.reports.chart.Stylesheet;
import dev.tailgate.stats.result.RunResult;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Renders results as one self-contained HTML page.
 *
 * <p>The page has no script and loads nothing; its content policy forbids both. Whatever text comes
 * from a model is escaped by the template engine, or by the chart writer inside pictures.
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
        Map.of("view", ReportView.of(results), "style", Stylesheet.css() + pageStyle()),
        page);
    return FORBIDDEN.matcher(page.toString()).replaceAll("\ufffd");
  }

  private static String pageStyle() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("reading report.css: it is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading report.css", e);
    }
  }
}
