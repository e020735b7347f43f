package dev.tailgate.data.generated;

import dev.tailgate.data.Labels;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Texts {@code [CLS] words [SEP]} for an encoder that predicts masked words. Ids 0 to 3 are
 * padding, {@code [CLS]}, {@code [SEP]} and {@code [MASK]}. Of the words that are to be predicted
 * 80 % are shown as {@code [MASK]}, 10 % as any word and 10 % as they are; a text without any is
 * asked for its first word.
 */
public final class MaskedText implements Generator {
  private static final int PAD = 0;
  private static final int CLS = 1;
  private static final int SEP = 2;
  private static final int MASK = 3;

  /** Ids that are no words. */
  public static final int SPECIALS = 4;

  private final Language language;
  private final int length;
  private final double maskRate;
  private final double padded;
  private final double[][] table;

  /**
   * Texts of at most {@code length} tokens.
   *
   * @param language of words, whose symbols become ids from 4 on
   * @param maskRate the part of words that is to be predicted
   * @param padded the part of texts that is shorter, of half the length or more
   */
  public MaskedText(Language language, int length, double maskRate, double padded) {
    if (length < 4
        || length > CausalText.MOST
        || !(maskRate > 0 && maskRate <= 1)
        || !(padded >= 0 && padded <= 1)) {
      throw new IllegalArgumentException(
          "expected texts of 4 to "
              + CausalText.MOST
              + " tokens, a part of words to predict and one of texts that are padded");
    }
    this.language = language;
    this.length = length;
    this.maskRate = maskRate;
    this.padded = padded;
    this.table = language.table();
  }

  @Override
  public Example draw(SplittableRandom random) {
    int[] words = language.text(table, random, length - 2);
    int tokens = random.nextDouble() < padded ? random.nextInt(length / 2, length) : length;
    long[] shown = new long[length];
    long[] labels = new long[length];
    long[] mask = new long[length];
    Arrays.fill(labels, Labels.IGNORED);
    Arrays.fill(shown, PAD);
    Arrays.fill(mask, 0, tokens, 1);
    shown[0] = CLS;
    shown[tokens - 1] = SEP;
    boolean isAsked = false;
    for (int at = 1; at < tokens - 1; at++) {
      long word = (long) SPECIALS + words[at - 1];
      boolean isChosen = random.nextDouble() < maskRate;
      double how = random.nextDouble();
      int other = random.nextInt(SPECIALS, SPECIALS + language.symbols());
      shown[at] = !isChosen ? word : how < 0.8 ? MASK : how < 0.9 ? other : word;
      labels[at] = isChosen ? word : Labels.IGNORED;
      isAsked |= isChosen;
    }
    if (!isAsked) {
      labels[1] = (long) SPECIALS + words[0];
      shown[1] = MASK;
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("input_ids", Tensor.ofLongs(shown, length));
    inputs.put("attention_mask", Tensor.ofLongs(mask, length));
    return new Example(inputs, Tensor.ofLongs(labels, length), Optional.empty(), tokens);
  }

  @Override
  public Map<String, Integer> sizes() {
    return Map.of("vocabulary", SPECIALS + language.symbols(), "length", length);
  }

  @Override
  public Task task() {
    return Task.MASKED_LM;
  }

  @Override
  public boolean hasPadding() {
    return padded > 0;
  }

  @Override
  public String description() {
    return "masked texts of " + length + " in " + language.description();
  }
}
