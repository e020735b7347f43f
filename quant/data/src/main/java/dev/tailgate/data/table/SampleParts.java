package dev.tailgate.data.table;

import dev.tailgate.data.Sample;
import dev.tailgate.data.text.TokenizedText;
import dev.tailgate.engine.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects what the fields of a row give to one sample. */
final class SampleParts {
  private final long index;
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private Optional<Tensor> label = Optional.empty();
  private Optional<TokenizedText> text = Optional.empty();
  private @Nullable Tensor tokenIds;
  private int tokens = -1;

  SampleParts(long index) {
    this.index = index;
  }

  long index() {
    return index;
  }

  void input(String name, Tensor tensor) {
    inputs.put(name, tensor);
  }

  /** States that {@code input} holds the tokens, and how many there are. */
  void tokens(String input, int count) {
    tokenIds = inputs.get(input);
    tokens = count;
  }

  /** Tokens of the sample; -1 where it has none. */
  int tokens() {
    return tokens;
  }

  /** Makes the tokens their own labels, unless there are labels already. */
  void labelByTokens() {
    if (label.isEmpty() && tokenIds != null) {
      label = Optional.of(tokenIds);
    }
  }

  /** A text with what is made of it: token ids, and labels where the text is its own. */
  void text(TokenizedText tokenized, Sample made) {
    text = Optional.of(tokenized);
    inputs.putAll(made.inputs());
    label = made.label();
    tokens = made.tokens();
  }

  void label(Tensor tensor) {
    label = Optional.of(tensor);
  }

  Optional<TokenizedText> text() {
    return text;
  }

  Sample sample() {
    return new Sample(index, inputs, label, tokens);
  }
}
