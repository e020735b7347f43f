package dev.tailgate.data;

import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Optional;

/** Makes labels out of token ids, and a decoder's token ids out of labels. */
public final class Labels {
  /** Label of positions that no metric counts. */
  public static final long IGNORED = -100;

  private Labels() {}

  /**
   * What a decoder reads where it is to produce {@code labels [B, T]}: the labels one place to the
   * right behind {@code start}, {@code padding} in place of {@link #IGNORED}.
   */
  public static Tensor shiftedRight(Tensor labels, long start, long padding) {
    int length = Math.toIntExact(labels.dim(-1));
    long[] values = new long[labels.elementCount()];
    Elements.Reader reader = Elements.reader(labels);
    for (int i = 0; i < values.length; i++) {
      long before = i % length == 0 ? start : (long) reader.get(i - 1);
      values[i] = before == IGNORED ? padding : before;
    }
    return Tensor.ofLongs(values, labels.shape());
  }

  /** The ids {@code [B, T]} as int64, {@link #IGNORED} where {@code mask} is 0. */
  public static Tensor causal(Tensor ids, Optional<Tensor> mask) {
    long[] values = new long[ids.elementCount()];
    Elements.Reader reader = Elements.reader(ids);
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) reader.get(i);
    }
    if (mask.isPresent()) {
      Elements.Reader valid = Elements.reader(mask.get());
      for (int i = 0; i < values.length; i++) {
        values[i] = valid.get(i) == 0 ? IGNORED : values[i];
      }
    }
    long[] shape = ids.rank() == 1 ? new long[] {1, ids.dim(0)} : ids.shape();
    return Tensor.ofLongs(values, shape);
  }
}
