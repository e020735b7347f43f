package dev.tailgate.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * How a text becomes one vector, for tasks that compare them.
 *
 * @param pooling as a user says it
 * @param prefix put in front of each text
 * @param secondPrefix put in front of the second text of a pair instead
 * @param found pooling as the model's folder says it
 */
public record EmbeddingOptions(
    Optional<Pooling> pooling,
    Optional<String> prefix,
    Optional<String> secondPrefix,
    Optional<Pooling> found) {
  private static final Flag<Pooling> POOLING =
      Flag.choice(
          "--pooling",
          "HOW",
          Pooling.values(),
          "What makes one vector of a text out of those of its tokens, for similarity and neighbours:"
              + " %s. Default: as a Sentence-Transformers folder around the model says, otherwise an"
              + " output that is one vector a text, or mean.");
  private static final Flag<String> PREFIX =
      Flag.of(
          "--prefix",
          "TEXT",
          Function.identity(),
          "Put in front of each text, for example \"query: \". Default: the prompt that the model's"
              + " folder names as its own, if any.");
  private static final Flag<String> SECOND_PREFIX =
      Flag.of(
          "--second-prefix",
          "TEXT",
          Function.identity(),
          "Put in front of the second text of a pair instead of --prefix, for example \"passage: \".");

  /** As users write them. */
  public static final OptionSet<EmbeddingOptions> SET =
      new OptionSet<>(
          "Text",
          List.of(POOLING, PREFIX, SECOND_PREFIX),
          given ->
              new EmbeddingOptions(
                  given.get(POOLING),
                  given.get(PREFIX),
                  given.get(SECOND_PREFIX),
                  Optional.empty()));

  /** Whether a text is to begin with something. */
  public boolean hasPrefix() {
    return prefix.isPresent() || secondPrefix.isPresent();
  }

  /** The text that is tokenized for {@code text}. */
  public String first(String text) {
    return prefix.orElse("") + text;
  }

  /** The text that is tokenized for the second text of a pair. */
  public String second(String text) {
    return secondPrefix.or(() -> prefix).orElse("") + text;
  }

  /** What it says, for the report; empty where nothing is said. */
  public List<String> inWords() {
    List<String> words = new ArrayList<>();
    pooling
        .or(() -> found)
        .map(p -> p.name().toLowerCase(Locale.ROOT) + " pooling")
        .ifPresent(words::add);
    prefix.filter(p -> !p.isEmpty()).map(p -> "prefix '" + p + "'").ifPresent(words::add);
    secondPrefix.map(p -> "second prefix '" + p + "'").ifPresent(words::add);
    return List.copyOf(words);
  }
}
