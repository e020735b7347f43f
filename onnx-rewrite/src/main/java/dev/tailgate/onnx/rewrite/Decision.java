package dev.tailgate.onnx.rewrite;

/** Whether a rule takes a site. */
public sealed interface Decision {
  /** It does. */
  record Applies() implements Decision {}

  /**
   * It does not.
   *
   * @param reason what was expected and what was found, as a clause that can follow a colon
   */
  record Skips(String reason) implements Decision {}

  /** The rule applies. */
  static Decision applies() {
    return new Applies();
  }

  /** The rule does not apply. */
  static Decision skips(String reason) {
    return new Skips(reason);
  }
}
