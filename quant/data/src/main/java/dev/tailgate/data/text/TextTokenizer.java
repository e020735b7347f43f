package dev.tailgate.data.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.file.CacheFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A tokenizer by DJL's binding of Hugging Face's {@code tokenizers}. Owns a native tokenizer until
 * closed, or until nobody refers to it any more.
 *
 * <p>The binding unpacks its native library once, to {@code tailgate/} in {@code XDG_CACHE_HOME}
 * ({@code ~/.cache} where unset); the system property or environment variable {@code
 * ENGINE_CACHE_DIR} chooses another folder. Its telemetry and downloads are switched off.
 */
final class TextTokenizer implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final HuggingFaceTokenizer tokenizer;
  private final Cleaner.Cleanable closing;

  private TextTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.closing = CLEANER.register(this, tokenizer::close);
  }

  /** Texts as bare tokens, of any length. */
  static TextTokenizer bare(TokenizerFile file) {
    return open(file, false, "false", Integer.MAX_VALUE);
  }

  /**
   * Texts framed as the model was trained, at most {@code length} tokens; of two texts the longer
   * one is cut, or always the second.
   */
  static TextTokenizer framed(TokenizerFile file, int length, boolean cutSecond) {
    return open(file, true, cutSecond ? "only_second" : "longest_first", length);
  }

  private static TextTokenizer open(
      TokenizerFile file, boolean frames, String truncation, int length) {
    keepToItself();
    Map<String, String> all =
        Map.of(
            "addSpecialTokens", Boolean.toString(frames),
            "truncation", truncation,
            "padding", "false",
            "maxLength", Integer.toString(length),
            // The binding takes the smaller of the two, and 512 unless told.
            "modelMaxLength", Integer.toString(length));
    try {
      return new TextTokenizer(
          file.built().isPresent()
              ? HuggingFaceTokenizer.newInstance(
                  new ByteArrayInputStream(file.built().get().getBytes(StandardCharsets.UTF_8)),
                  all)
              : HuggingFaceTokenizer.newInstance(file.path(), all));
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      throw DataException.doing("opening tokenizer " + file.path().getFileName())
          .expected("a Hugging Face tokenizer")
          .found(String.valueOf(e.getMessage()))
          .where(file.path().toString())
          .fix("Give the tokenizer that belongs to the model.", e);
    }
  }

  /** No network, no telemetry, no library outside the cache; a user's own settings win. */
  private static void keepToItself() {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    if (System.getProperty("ENGINE_CACHE_DIR") == null
        && System.getenv("ENGINE_CACHE_DIR") == null) {
      System.setProperty("ENGINE_CACHE_DIR", CacheFolder.path().toString());
    }
  }

  /** The ids alone. */
  long[] ids(String text) {
    return tokenizer.encode(text).getIds();
  }

  TokenizedText encode(String text) {
    return tokenized(tokenizer.encode(text));
  }

  TokenizedText encode(String first, String second) {
    return tokenized(tokenizer.encode(first, second));
  }

  private static TokenizedText tokenized(Encoding encoding) {
    int count = encoding.getIds().length;
    boolean[] special = new boolean[count];
    int[] texts = new int[count];
    int[] starts = new int[count];
    int[] ends = new int[count];
    CharSpan[] spans = encoding.getCharTokenSpans();
    for (int i = 0; i < count; i++) {
      special[i] = encoding.getSpecialTokenMask()[i] == 1;
      texts[i] = special[i] ? -1 : (int) encoding.getSequenceIds()[i];
      if (!special[i] && spans[i] != null) {
        starts[i] = spans[i].getStart();
        ends[i] = spans[i].getEnd();
      }
    }
    return new TokenizedText(
        toInts(encoding.getIds()), toInts(encoding.getTypeIds()), special, texts, starts, ends);
  }

  private static int[] toInts(long[] values) {
    int[] ints = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      // Unsigned 32-bit numbers in the binding; those beyond int become negative and are refused.
      ints[i] = (int) values[i];
    }
    return ints;
  }

  /** Id of the token that hides another, if the vocabulary has one. */
  OptionalLong maskToken() {
    return firstKnown(List.of("[MASK]", "<mask>"));
  }

  /** Id of the padding token; 0 where the vocabulary names none. */
  long paddingToken() {
    return firstKnown(List.of("[PAD]", "<pad>", "<PAD>", "<|endoftext|>")).orElse(0);
  }

  private OptionalLong firstKnown(List<String> candidates) {
    for (String token : candidates) {
      if (knows(token)) {
        return OptionalLong.of(tokenizer.encode(token, false, false).getIds()[0]);
      }
    }
    return OptionalLong.empty();
  }

  /** Whether {@code token} is one token, and not the one for the unknown. */
  boolean knows(String token) {
    try {
      Encoding encoding = tokenizer.encode(token, false, false);
      // A vocabulary without the token splits it into several, or makes it unknown.
      return encoding.getIds().length == 1 && encoding.getTokens()[0].equals(token);
    } catch (RuntimeException e) {
      // A vocabulary without a token for the unknown refuses it.
      return false;
    }
  }

  /** Whether {@code text} becomes known tokens, or none. */
  boolean spells(String text) {
    try {
      List<String> tokens = List.of(tokenizer.encode(text, false, false).getTokens());
      return tokens.stream().noneMatch(TokenMap.UNKNOWN::contains);
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closing.clean();
  }
}
