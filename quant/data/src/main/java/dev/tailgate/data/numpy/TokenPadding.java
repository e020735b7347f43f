package dev.tailgate.data.numpy;

import dev.tailgate.data.Labels;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Arrays of fewer tokens than a model of fixed length reads are filled up behind: ids, token types,
 * positions and masks with 0, labels with -100. Only for models that read a mask, since others
 * would see the padding.
 *
 * @param from tokens a sample of the arrays
 * @param to tokens that the model reads; equal where nothing is filled up
 */
record TokenPadding(long from, long to) {
  static final TokenPadding NONE = new TokenPadding(0, 0);

  /** What it takes for ids {@code [N, T]}; an array of another shape is left to other checks. */
  static TokenPadding of(ModelInputs inputs, Optional<NumpyArray> primary) {
    Optional<NumpyArray> ids = primary.filter(a -> a.rank() == 2);
    if (ids.isEmpty() || !inputs.fixedSequence() || inputs.tokenIds().isEmpty()) {
      return NONE;
    }
    long from = ids.get().shape().get(1);
    long to = inputs.sequenceLength();
    if (from >= to || from == 0) {
      return NONE;
    }
    boolean hasMask =
        inputs.layouts().stream()
            .anyMatch(l -> l.role() instanceof InputRole.Mask && l.shape().length == 2);
    if (!hasMask) {
      throw DataException.doing("matching data with the model")
          .expected(to + " tokens a sample, as the model reads no mask that could hide padding")
          .found(ids.get().header().type().label() + ids.get().shape())
          .where(ids.get().where())
          .fix("Cut samples of that length out of the data, or export the model with a mask.");
    }
    return new TokenPadding(from, to);
  }

  boolean isNeeded() {
    return to > from;
  }

  /** Whether arrays of the second axis {@code size} are filled up to it. */
  boolean reaches(long size) {
    return isNeeded() && size == to;
  }

  /** {@code [B, T]} with 0 behind; others as they are. */
  Tensor input(Tensor tensor) {
    return fill(tensor, 0);
  }

  /** {@code [B, T]} with -100 behind; others as they are. */
  Tensor labels(Tensor tensor) {
    return fill(tensor, Labels.IGNORED);
  }

  /** A mask {@code [B, T]} of so many samples, for data without one. */
  Tensor mask(int samples) {
    long[] ones = new long[Math.toIntExact(samples * from)];
    java.util.Arrays.fill(ones, 1);
    return input(Tensor.ofLongs(ones, samples, from));
  }

  private Tensor fill(Tensor tensor, double value) {
    if (!isNeeded() || tensor.rank() != 2 || tensor.dim(1) != from) {
      return tensor;
    }
    int rows = Math.toIntExact(tensor.dim(0));
    Tensor longer = Tensor.allocate(tensor.type(), rows, to);
    int width = tensor.type().bits() / 8;
    int row = Math.toIntExact(from * width);
    int longRow = Math.toIntExact(to * width);
    ByteBuffer source = tensor.data();
    ByteBuffer target = longer.data();
    Elements.Writer writer = Elements.writer(longer);
    for (int r = 0; r < rows; r++) {
      target.put(r * longRow, source, r * row, row);
      for (long t = from; value != 0 && t < to; t++) {
        writer.put(Math.toIntExact(r * to + t), value);
      }
    }
    return longer;
  }
}
