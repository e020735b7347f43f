package dev.tailgate.run.evidence;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Optional;

/**
 * Groups, heads, queries and keys of probabilities {@code [G, H, T, S]} or {@code [B*H, T, S]}. A
 * group is a sample; in attention over windows or patches it is a part of one, and then nothing is
 * known of padding.
 *
 * @param groups those that are no copies
 * @param perSample whether group {@code g} is row {@code g} of the batch
 */
record SiteLayout(int groups, int heads, int queries, int keys, boolean perSample) {
  /** Empty for another rank and for nothing. */
  static Optional<SiteLayout> of(Tensor probs, Batch batch) {
    int rank = probs.rank();
    if ((rank != 3 && rank != 4) || probs.elementCount() == 0) {
      return Optional.empty();
    }
    long first = probs.dim(0);
    boolean folded = rank == 3;
    if (folded && first % batch.rows() != 0) {
      return Optional.empty();
    }
    int heads = (int) (folded ? first / batch.rows() : probs.dim(1));
    long groups = folded ? batch.rows() : first;
    if (groups % batch.rows() == 0) {
      groups = groups / batch.rows() * batch.samples();
    }
    return Optional.of(
        new SiteLayout(
            (int) groups,
            heads,
            (int) probs.dim(-2),
            (int) probs.dim(-1),
            folded || first == batch.rows()));
  }

  /** Where the probabilities of a query begin. */
  int row(int group, int head, int query) {
    return ((group * heads + head) * queries + query) * keys;
  }

  /**
   * Which of {@code count} positions are real tokens in a group; those of an axis that the batch's
   * mask does not speak of all are.
   */
  boolean[] real(Batch batch, int group, int count) {
    boolean[] real = new boolean[count];
    Optional<Tensor> mask =
        batch.mask().filter(m -> perSample && m.rank() == 2 && m.dim(1) == count);
    Optional<Elements.Reader> reader = mask.map(Elements::reader);
    for (int i = 0; i < count; i++) {
      real[i] = reader.isEmpty() || reader.get().get(group * count + i) != 0;
    }
    return real;
  }
}
