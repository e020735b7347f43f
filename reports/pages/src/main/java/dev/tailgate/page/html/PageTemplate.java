package dev.tailgate.page.html;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;
import java.util.Map;
import java.util.regex.Pattern;

/** The templates of the pages; what they print from a result is escaped for its place. */
final class PageTemplate {
  private static final String PACKAGE = "dev.tailgate.page.html.templates";

  /** Control characters that HTML does not allow; a name in a model file may hold them. */
  private static final Pattern FORBIDDEN =
      Pattern.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f]");

  private PageTemplate() {}

  /** The page that the template {@code name} makes of its parameters. */
  static String render(String name, Map<String, Object> parameters) {
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null, ContentType.Html, PageTemplate.class.getClassLoader(), PACKAGE);
    TemplateOutput page = new StringOutput();
    engine.render(name, parameters, page);
    return FORBIDDEN.matcher(page.toString()).replaceAll("\ufffd");
  }
}
