package dev.tailgate.data.text;

import dev.tailgate.data.EmbeddingOptions;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Texts as token ids of one model: of its length, and inside its vocabulary. */
public final class TextEncoder {
  private final TokenizerFile file;
  private final TextTokenizer framed;
  private final TextTokenizer bare;
  private final int vocabulary;
  private final String separator;
  private final EmbeddingOptions texts;

  /**
   * Opens the tokenizer for a model that reads tokens.
   *
   * @param cutSecond whether of two texts that are too long the second one is cut, not the longer
   */
  public TextEncoder(TokenizerFile file, ModelInputs inputs, boolean cutSecond) {
    this(
        file,
        ((InputRole.TokenIds) ids(inputs).role()).vocabulary(),
        TextTokenizer.framed(file, inputs.sequenceLength(), cutSecond),
        TextTokenizer.bare(file),
        EmbeddingOptions.SET.defaults());
  }

  private TextEncoder(
      TokenizerFile file,
      int vocabulary,
      TextTokenizer framed,
      TextTokenizer bare,
      EmbeddingOptions texts) {
    this.file = file;
    this.vocabulary = vocabulary;
    this.framed = framed;
    this.bare = bare;
    this.texts = texts;
    // A vocabulary of characters need not have the line feed.
    this.separator = file.built().isPresent() && !bare.spells("\n") ? "" : "\n";
  }

  private static InputLayout ids(ModelInputs inputs) {
    return inputs
        .tokenIds()
        .orElseThrow(
            () ->
                DataException.doing("tokenizing")
                    .expected("a model that reads token ids")
                    .found("none among its inputs")
                    .fix("Give data of another kind, such as .npz."));
  }

  /** The same with what {@code options} put in front of texts of their own. */
  public TextEncoder with(EmbeddingOptions options) {
    return new TextEncoder(file, vocabulary, framed, bare, options);
  }

  /** What the tokenizer is, for the report. */
  public String kind() {
    return file.kind();
  }

  /** Id of the token that hides another, if the vocabulary has one. */
  OptionalInt maskToken() {
    OptionalLong token = bare.maskToken();
    return token.isPresent() ? OptionalInt.of((int) token.getAsLong()) : OptionalInt.empty();
  }

  /** Whether the vocabulary has a token that hides another. */
  public boolean hasMaskToken() {
    return maskToken().isPresent();
  }

  /** Id that fills up short texts. */
  public double paddingToken() {
    return bare.paddingToken();
  }

  /** Rows of the model's table of tokens. */
  int vocabulary() {
    return vocabulary;
  }

  /** A document of a longer text, unframed, with the line feed behind it. */
  int[] continued(String document, String place) {
    long[] ids = named(document, place, () -> bare.ids(document + separator));
    int[] known = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      known[i] = known(ids[i], place);
    }
    return known;
  }

  /** A text of its own, framed and cut to the model's length. */
  public TokenizedText encode(String text, String place) {
    return whole(texts.first(text), place);
  }

  /** The second text of a pair that is compared, likewise. */
  public TokenizedText encodeSecond(String text, String place) {
    return whole(texts.second(text), place);
  }

  private TokenizedText whole(String text, String place) {
    return checked(named(text, place, () -> framed.encode(text)), place);
  }

  /** Two texts, framed together and cut to the model's length. */
  public TokenizedText encode(String first, String second, String place) {
    return checked(named(first + " " + second, place, () -> framed.encode(first, second)), place);
  }

  private TokenizedText checked(TokenizedText text, String place) {
    for (int id : text.ids()) {
      known(id, place);
    }
    if (text.ids().length == 0) {
      throw refused(place).expected("at least one token").found("none").fix("Leave it out.");
    }
    return text;
  }

  private int known(long id, String place) {
    if (id < 0 || id >= vocabulary) {
      throw refused(place)
          .expected("token ids below " + vocabulary + ", the model's vocabulary")
          .found("id " + id)
          .fix("Give the tokenizer that belongs to the model with --tokenizer.");
    }
    return (int) id;
  }

  private <T> T named(String text, String place, Supplier<T> encoding) {
    try {
      return encoding.get();
    } catch (DataException e) {
      throw e;
    } catch (RuntimeException e) {
      throw refused(place)
          .expected("text that its vocabulary can spell")
          .found(reason(String.valueOf(e.getMessage()), text))
          .fix("Give the tokenizer that belongs to the model with --tokenizer.", e);
    }
  }

  private String reason(String message, String text) {
    return message.contains("Missing [UNK]")
        ? unknown(text) + ", which is not in it, and no entry for the unknown"
        : message;
  }

  /** The first word that cannot be spelled; it may be the white space between them. */
  private String unknown(String text) {
    return Arrays.stream(text.split("\\s+", -1))
        .filter(word -> !word.isEmpty() && !bare.spells(word))
        .findFirst()
        .map(word -> "'" + word + "'")
        .orElse("white space");
  }

  private DataException.Builder refused(String place) {
    return DataException.doing(
        String.format(Locale.ROOT, "tokenizing %s with %s", place, file.path().getFileName()));
  }
}
