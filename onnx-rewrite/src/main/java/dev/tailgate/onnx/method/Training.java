package dev.tailgate.onnx.method;

import java.util.List;

/**
 * What training a model with a method can rely on.
 *
 * @param gradient which scores a gradient reaches
 * @param gate whether there are weights of the method's own to train
 * @param papers that trained attention with it, by arXiv number; empty where none is known
 */
public record Training(Gradient gradient, boolean gate, List<String> papers) {
  /** Which scores of a row a gradient reaches; masked ones never. */
  public enum Gradient {
    /** All of them. */
    EVERY_SCORE("every score"),
    /** A probability cut to 0 or 1 passes none; its score still counts in the sum of the others. */
    THROUGH_THE_SUM("cut ones through the sum only"),
    /** A score outside the support changes nothing, and no gradient reaches it. */
    SUPPORT_ONLY("the support only");

    private final String words;

    Gradient(String words) {
      this.words = words;
    }

    /** For tables. */
    public String words() {
      return words;
    }
  }

  /** Copies the list. */
  public Training {
    papers = List.copyOf(papers);
  }

  static Training of(Gradient gradient, String... papers) {
    return new Training(gradient, false, List.of(papers));
  }

  /** The same with the weights of a gate. */
  Training gated(String... trainedIn) {
    return new Training(gradient, true, List.of(trainedIn));
  }
}
