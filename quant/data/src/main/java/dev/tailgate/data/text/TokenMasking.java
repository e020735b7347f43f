package dev.tailgate.data.text;

import dev.tailgate.data.Labels;
import dev.tailgate.engine.input.SampleRandom;
import java.util.Arrays;

/**
 * BERT's masking: 15 % of the tokens are to be predicted; of these 80 % are replaced by the mask
 * token, 10 % by a uniformly drawn token, 10 % stay. Special tokens are never chosen.
 *
 * <p>Source: J. Devlin et al. (2019), arXiv 1810.04805, section 3.1.
 *
 * @param maskToken id that hides a token
 * @param vocabulary random tokens are drawn from [0, vocabulary)
 * @param seed with the sample index, decides what is masked
 */
record TokenMasking(int maskToken, int vocabulary, long seed) {
  private static final double CHOSEN = 0.15;
  private static final double HIDDEN = 0.8;
  private static final double REPLACED = 0.9;

  /**
   * Masks {@code ids} in place.
   *
   * @param special positions that stay as they are
   * @return the original ids at chosen positions, {@link Labels#IGNORED} elsewhere
   */
  long[] apply(int[] ids, boolean[] special, long sample) {
    long[] labels = new long[ids.length];
    Arrays.fill(labels, Labels.IGNORED);
    SampleRandom random = SampleRandom.of(seed, "masking", sample);
    for (int i = 0; i < ids.length; i++) {
      if ((i < special.length && special[i]) || random.nextDouble() >= CHOSEN) {
        continue;
      }
      labels[i] = ids[i];
      double kind = random.nextDouble();
      if (kind < HIDDEN) {
        ids[i] = maskToken;
      } else if (kind < REPLACED) {
        ids[i] = random.nextInt(vocabulary);
      }
    }
    return labels;
  }
}
