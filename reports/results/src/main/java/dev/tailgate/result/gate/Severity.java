package dev.tailgate.result.gate;

/** What a failure of a rule means for the gate. */
public enum Severity {
  /** The gate fails, or is inconclusive where the rule is. */
  ERROR,
  /** It is told and decides nothing. */
  WARNING
}
