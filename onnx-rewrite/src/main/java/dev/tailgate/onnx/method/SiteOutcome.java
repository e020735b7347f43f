package dev.tailgate.onnx.method;

import dev.tailgate.onnx.rewrite.Effect;
import java.util.ArrayList;
import java.util.List;

/** What became of a site. */
public sealed interface SiteOutcome {
  /**
   * It was rewritten.
   *
   * @param rules the rules, in the order they were applied
   * @param effect the strongest effect among them
   */
  record Rewritten(List<String> rules, Effect effect) implements SiteOutcome {
    /** Copies the list. */
    public Rewritten {
      rules = List.copyOf(rules);
    }
  }

  /**
   * It was left as it is.
   *
   * @param reason what was expected and what was found
   */
  record Skipped(String reason) implements SiteOutcome {}

  /** The selection leaves it out. */
  record NotSelected() implements SiteOutcome {}

  /** This outcome after one more rule. */
  default SiteOutcome and(String rule, Effect effect) {
    List<String> rules = new ArrayList<>();
    Effect strongest = effect;
    if (this instanceof Rewritten before) {
      rules.addAll(before.rules());
      strongest = before.effect().compareTo(effect) > 0 ? before.effect() : effect;
    }
    rules.add(rule);
    return new Rewritten(rules, strongest);
  }
}
