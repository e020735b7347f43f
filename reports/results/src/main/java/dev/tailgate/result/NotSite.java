package dev.tailgate.result;

/**
 * A softmax-like node that is not an attention site.
 *
 * @param node its name in the user's file
 * @param reason why it is not a site, one sentence
 */
public record NotSite(String node, String reason) {
  /** Refuses what cannot be. */
  public NotSite {
    Require.text("not_site.reason", reason);
  }
}
