package dev.tailgate.page.html;

import dev.tailgate.result.lab.LabResult;
import java.util.Map;

/**
 * Renders a day in the laboratory as one self-contained HTML page: no script, nothing loaded, and a
 * content policy that forbids both.
 */
public final class LabPage {
  private LabPage() {}

  /** The page, as text. */
  public static String render(LabResult result) {
    return PageTemplate.render(
        "lab.jte", Map.of("view", LabView.of(result), "style", PageResource.COMPARE_STYLE));
  }
}
