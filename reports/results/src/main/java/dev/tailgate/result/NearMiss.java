package dev.tailgate.result;

/**
 * A softmax-like node that is no attention, and its operator.
 *
 * @param node its name in the user's file
 * @param op the operator
 * @param reason why it is not a site, one sentence
 */
public record NearMiss(String node, String op, String reason) {
  /** Refuses what cannot be. */
  public NearMiss {
    Require.text("not_site.op", op);
    Require.text("not_site.reason", reason);
  }
}
