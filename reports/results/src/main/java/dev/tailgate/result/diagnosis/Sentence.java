package dev.tailgate.result.diagnosis;

import dev.tailgate.result.Finding;
import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.TokenShare;
import dev.tailgate.result.wording.PlainText;
import java.util.ArrayList;
import java.util.List;

/** Words and the numbers in them, written together so that neither can be without the other. */
final class Sentence {
  private static final int LONGEST_NAME = 60;

  private final StringBuilder words = new StringBuilder();
  private final List<Finding.Quantity> numbers = new ArrayList<>();

  /** Words of ours. */
  Sentence say(String text) {
    words.append(text);
    return this;
  }

  /** A name out of the model, made harmless and cut at its front. */
  Sentence name(String text) {
    words.append(PlainText.last(PlainText.of(text), LONGEST_NAME));
    return this;
  }

  /** A count or an index. */
  Sentence number(String name, long value) {
    return number(name, (double) value, "");
  }

  /** A number without a unit. */
  Sentence number(String name, double value) {
    return number(name, value, "");
  }

  /** A fraction of 1, written in percent. */
  Sentence percent(String name, double fraction) {
    return number(name, 100 * fraction, "%");
  }

  Sentence number(String name, double value, String unit) {
    Finding.Quantity quantity = new Finding.Quantity(name, value, unit);
    numbers.add(quantity);
    words.append(Quantities.inWords(quantity));
    return this;
  }

  /** A place such as {@code ffn_out of layer 3 (/h.3/mlp/Add)}. */
  Sentence place(TapEvidence tap) {
    return place(tap.role(), tap.layer(), tap.tensor());
  }

  Sentence place(String role, int layer, String tensor) {
    name(role);
    if (layer >= 0) {
      say(" of layer ").number("layer", layer);
    }
    return say(" (").name(tensor).say(")");
  }

  /** Tokens of one kind: {@code the token at position 0}, {@code token id 102}. */
  Sentence token(TokenShare token) {
    return switch (token.kind()) {
      case POSITION -> say("the token at position ").number("position", token.index());
      case TOKEN_ID -> say("token id ").number("token_id", token.index());
    };
  }

  List<Finding.Quantity> numbers() {
    return List.copyOf(numbers);
  }

  /** The words so far, with a large first letter. */
  String words() {
    return words.length() == 0 ? "" : Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
