package dev.tailgate.page.html;

import dev.tailgate.result.CureResult;
import dev.tailgate.result.RunResult;
import java.util.List;
import java.util.Map;

/**
 * Renders the proof of a cure as one self-contained HTML page: no script, nothing loaded, and a
 * content policy that forbids both. Names from models are escaped by the template engine, or by the
 * chart writer inside pictures.
 */
public final class CurePage {
  private CurePage() {}

  /**
   * The page, as text.
   *
   * @param audits of the cured, the rewritten and the original model, for the pictures by layer;
   *     empty for none
   */
  public static String render(CureResult result, List<RunResult> audits) {
    return PageTemplate.render(
        "cure.jte",
        Map.of("view", CureView.of(result, audits), "style", PageResource.COMPARE_STYLE));
  }
}
