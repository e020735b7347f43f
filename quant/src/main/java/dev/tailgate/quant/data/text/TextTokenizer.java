package dev.tailgate.quant.data.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.tailgate.quant.tensor.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A Hugging Face {@code tokenizer.json} by DJL's binding. Owns a native tokenizer until closed.
 *
 * <p>The binding unpacks its native library once, to {@code tailgate/} in {@code XDG_CACHE_HOME}
 * ({@code ~/.cache} where unset); the system property or environment variable {@code
 * ENGINE_CACHE_DIR} chooses another folder. Its telemetry and downloads are switched off.
 */
final class TextTokenizer implements AutoCloseable {
  /** A text as ids; {@code special[i]} is 1 for tokens the tokenizer added, such as [CLS]. */
  record Encoded(long[] ids, long[] special) {}

  private final HuggingFaceTokenizer tokenizer;

  private TextTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Opens {@code path}; {@code addSpecialTokens} frames each text as the model was trained. */
  static TextTokenizer open(Path path, boolean addSpecialTokens) {
    keepToItself();
    if (!Files.isRegularFile(path)) {
      throw failed(path, "a file", new IOException("no such file"));
    }
    Map<String, String> options =
        Map.of(
            "addSpecialTokens", Boolean.toString(addSpecialTokens),
            "truncation", "false",
            "padding", "false");
    try {
      return new TextTokenizer(HuggingFaceTokenizer.newInstance(path, options));
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      throw failed(path, "a Hugging Face tokenizer", e);
    }
  }

  /** No network, no telemetry, no library outside the cache; a user's own settings win. */
  private static void keepToItself() {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    if (System.getProperty("ENGINE_CACHE_DIR") == null
        && System.getenv("ENGINE_CACHE_DIR") == null) {
      String home = System.getenv("XDG_CACHE_HOME");
      Path cache =
          home == null || home.isBlank()
              ? Path.of(System.getProperty("user.home", "."), ".cache")
              : Path.of(home);
      System.setProperty("ENGINE_CACHE_DIR", cache.resolve("tailgate").toString());
    }
  }

  private static DataException failed(Path path, String expected, Throwable cause) {
    return DataException.doing("opening tokenizer " + path.getFileName())
        .expected(expected)
        .found(String.valueOf(cause.getMessage()))
        .where(path.toString())
        .fix("Give the tokenizer.json that belongs to the model.", cause);
  }

  Encoded encode(String text) {
    Encoding encoding = tokenizer.encode(text);
    return new Encoded(encoding.getIds(), encoding.getSpecialTokenMask());
  }

  /** Id of the token that hides another, if the vocabulary has one. */
  OptionalLong maskToken() {
    return firstKnown(List.of("[MASK]", "<mask>"));
  }

  /** Id of the padding token; 0 where the vocabulary names none. */
  long paddingToken() {
    return firstKnown(List.of("[PAD]", "<pad>", "<|endoftext|>")).orElse(0);
  }

  private OptionalLong firstKnown(List<String> candidates) {
    for (String token : candidates) {
      Encoding encoding = tokenizer.encode(token, false, false);
      // A vocabulary without the token splits it into several, or makes it unknown.
      if (encoding.getIds().length == 1 && encoding.getTokens()[0].equals(token)) {
        return OptionalLong.of(encoding.getIds()[0]);
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
