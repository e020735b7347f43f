package dev.tailgate.reports.html;

import dev.tailgate.reports.chart.Stylesheet;
import dev.tailgate.reports.compare.Comparison;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Renders a comparison as one self-contained HTML page: no script, nothing loaded, and a content
 * policy that forbids both. Labels and names from results are escaped by the template engine, or by
 * the chart writer inside pictures.
 */
public final class ComparePage {
  private static final String TEMPLATES = "dev.tailgate.reports.html.templates";

  /** Control characters that HTML does not allow; a label may hold them. */
  private static final Pattern FORBIDDEN =
      Pattern.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f]");

  private ComparePage() {}

  /** The page, as text. */
  public static String render(Comparison comparison) {
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null, ContentType.Html, ComparePage.class.getClassLoader(), TEMPLATES);
    TemplateOutput page = new StringOutput();
    engine.render(
        "compare.jte",
        Map.of(
            "view",
            CompareView.of(comparison),
            "style",
            Stylesheet.css() + resource("report.css") + resource("compare.css")),
        page);
    return FORBIDDEN.matcher(page.toString()).replaceAll("\ufffd");
  }

  private static String resource(String name) {
    try (InputStream in = ComparePage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("reading " + name + ": it is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }
}
