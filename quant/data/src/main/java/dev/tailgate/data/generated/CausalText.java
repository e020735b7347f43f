package dev.tailgate.data.generated;

import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * Texts for a decoder. Training is told the exact distribution of the next symbol, {@code [T,
 * symbols]}, which has the gradient of next-token cross entropy in expectation without the noise of
 * drawing; the metric is next-token perplexity.
 */
public final class CausalText implements Generator {
  /** The longest text. */
  static final int MOST = 1 << 16;

  private final Language language;
  private final int length;
  private final double[][] table;

  /** Texts of one length. */
  public CausalText(Language language, int length) {
    if (length < 2 || length > MOST) {
      throw new IllegalArgumentException("expected texts of 2 to " + MOST + ", found " + length);
    }
    this.language = language;
    this.length = length;
    this.table = language.table();
  }

  @Override
  public Example draw(SplittableRandom random) {
    int[] text = language.text(table, random, length);
    float[] next = new float[length * language.symbols()];
    for (int t = 0; t < length; t++) {
      double[] row = language.next(table, text, t);
      for (int s = 0; s < row.length; s++) {
        next[t * row.length + s] = (float) row[s];
      }
    }
    Tensor ids = Tensor.ofLongs(Arrays.stream(text).asLongStream().toArray(), length);
    Tensor target = Tensor.ofFloats(next, length, language.symbols());
    return new Example(Map.of("input_ids", ids), ids, Optional.of(target), -1);
  }

  /** The perplexity of one who knows the language. */
  @Override
  public OptionalDouble floor(GeneratedSource heldOut) {
    double sum = 0;
    for (long place = 0; place < heldOut.samples(); place++) {
      long[] ids = heldOut.example(place).label().toLongs();
      int[] text = Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
      for (int t = 0; t + 1 < length; t++) {
        sum -= Math.log(language.next(table, text, t)[text[t + 1]]);
      }
    }
    return OptionalDouble.of(Math.exp(sum / (heldOut.samples() * (length - 1.0))));
  }

  @Override
  public Map<String, Integer> sizes() {
    return Map.of("vocabulary", language.symbols(), "length", length);
  }

  @Override
  public Task task() {
    return Task.CAUSAL_LM;
  }

  @Override
  public String description() {
    return "texts of " + length + " in " + language.description();
  }
}
