package dev.tailgate.data;

import dev.tailgate.engine.input.ModelOutputs;
import java.util.Locale;
import java.util.Optional;

/**
 * What outputs are scored as.
 *
 * @param pooling what makes one vector of a sample, as a user says it
 * @param found the same as the model's folder says it
 */
public record Scoring(Task task, Optional<Pooling> pooling, Optional<Pooling> found) {
  /** Nothing is said about vectors: an output that is one a sample, or the mean of its tokens. */
  public static Scoring of(Task task) {
    return new Scoring(task, Optional.empty(), Optional.empty());
  }

  /** The same with what {@code options} say. */
  public static Scoring of(Task task, EmbeddingOptions options) {
    return new Scoring(task, options.pooling(), options.found());
  }

  /** What makes a vector of the tokens. */
  public Pooling used() {
    return pooling.or(() -> found).orElse(Pooling.MEAN);
  }

  /**
   * The output that vectors are made of: that of the tokens where a user says how they are pooled;
   * where a folder says it, an output that has been pooled so, called an embedding, comes first.
   */
  public String embedding(ModelOutputs outputs) {
    boolean isPooled = outputs.embedding().toLowerCase(Locale.ROOT).contains("embedding");
    boolean wantsTokens = pooling.isPresent() || (found.isPresent() && !isPooled);
    return wantsTokens ? outputs.tokens().orElse(outputs.embedding()) : outputs.embedding();
  }
}
