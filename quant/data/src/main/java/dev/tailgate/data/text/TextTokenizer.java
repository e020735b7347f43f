package dev.tailgate.data.text;

import dev.tailgate.data.text.TokenizerBinding.Tokens;
import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A tokenizer as texts of a model need it. Owns a native tokenizer until closed, or until nobody
 * refers to it any more: in this process where its file has a known form, else in one of its own.
 */
final class TextTokenizer implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final TokenizerBinding tokenizer;
  private final Cleaner.Cleanable closing;

  private TextTokenizer(TokenizerBinding tokenizer) {
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
    Map<String, String> all =
        Map.of(
            "addSpecialTokens", Boolean.toString(frames),
            "truncation", truncation,
            "padding", "false",
            "maxLength", Integer.toString(length),
            // The binding takes the smaller of the two, and 512 unless told.
            "modelMaxLength", Integer.toString(length));
    try {
      return new TextTokenizer(binding(file, all));
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      throw DataException.doing("opening tokenizer " + file.path().getFileName())
          .expected("a Hugging Face tokenizer")
          .found(String.valueOf(e.getMessage()))
          .where(file.path().toString())
          .fix("Give the tokenizer that belongs to the model.", e);
    }
  }

  private static TokenizerBinding binding(TokenizerFile file, Map<String, String> settings)
      throws IOException {
    if (file.built().isPresent()) {
      return NativeTokenizer.open(file.built().get(), settings);
    }
    return file.oddity().isPresent()
        ? ApartTokenizer.open(file.path(), file.oddity().get(), settings)
        : NativeTokenizer.open(file.path(), settings);
  }

  /** The ids alone. */
  long[] ids(String text) {
    return tokenizer.encode(text).ids();
  }

  TokenizedText encode(String text) {
    return tokenized(tokenizer.encode(text));
  }

  TokenizedText encode(String first, String second) {
    return tokenized(tokenizer.encode(first, second));
  }

  private static TokenizedText tokenized(Tokens tokens) {
    return new TokenizedText(
        toInts(tokens.ids()),
        toInts(tokens.types()),
        tokens.special(),
        tokens.texts(),
        tokens.starts(),
        tokens.ends());
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
        return OptionalLong.of(tokenizer.bare(token).ids()[0]);
      }
    }
    return OptionalLong.empty();
  }

  /** Whether {@code token} is one token, and not the one for the unknown. */
  boolean knows(String token) {
    try {
      Tokens tokens = tokenizer.bare(token);
      // A vocabulary without the token splits it into several, or makes it unknown.
      return tokens.ids().length == 1 && tokens.tokens()[0].equals(token);
    } catch (DataException e) {
      throw e;
    } catch (RuntimeException e) {
      // A vocabulary without a token for the unknown refuses it.
      return false;
    }
  }

  /** Whether {@code text} becomes known tokens, or none. */
  boolean spells(String text) {
    try {
      List<String> tokens = List.of(tokenizer.bare(text).tokens());
      return tokens.stream().noneMatch(TokenMap.UNKNOWN::contains);
    } catch (DataException e) {
      throw e;
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closing.clean();
  }
}
