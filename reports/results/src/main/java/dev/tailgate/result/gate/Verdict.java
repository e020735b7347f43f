package dev.tailgate.result.gate;

/** What a rule, or all of them, says of a result. */
public enum Verdict {
  /** Within the bound. */
  PASS,
  /** Beyond the bound. */
  FAIL,
  /** It could not be judged; never counted as a pass. */
  INCONCLUSIVE
}
