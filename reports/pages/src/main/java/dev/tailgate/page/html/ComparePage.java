package dev.tailgate.page.html;

import dev.tailgate.result.compare.Comparison;
import java.util.Map;

/**
 * Renders a comparison as one self-contained HTML page: no script, nothing loaded, and a content
 * policy that forbids both. Labels and names from results are escaped by the template engine, or by
 * the chart writer inside pictures.
 */
public final class ComparePage {
  private ComparePage() {}

  /** The page, as text. */
  public static String render(Comparison comparison) {
    return PageTemplate.render(
        "compare.jte",
        Map.of("view", CompareView.of(comparison), "style", PageResource.COMPARE_STYLE));
  }
}
