package dev.tailgate.quant.measure;

import dev.tailgate.data.Batch;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.onnx.tap.TokenLayout;
import java.util.Optional;

/**
 * Says for each slice of a tap which row, sample and token it belongs to and whether it is padding.
 * Slices are numbered as they lie in memory: the leading axes of the activation, the last fastest.
 */
public final class SliceGeometry {
  private final Batch batch;
  private final TokenLayout tokens;
  private final int slices;
  private final int channels;
  private final int rowLength;
  private final int tokenCount;
  private final int tokenStride;
  private final boolean knowsSamples;
  private final Optional<long[]> mask;
  private final int maskWidth;

  /** {@code shape} is that of the activation in this batch. */
  SliceGeometry(TapTarget target, long[] shape, Batch batch, boolean rowIsToken) {
    this(target.tokens(), shape, batch, rowIsToken);
  }

  /** The same for an activation of which only the layout is known; its rows are its slices. */
  public SliceGeometry(TokenLayout tokens, long[] shape, Batch batch) {
    this(tokens, shape, batch, true);
  }

  private SliceGeometry(TokenLayout tokens, long[] shape, Batch batch, boolean rowIsToken) {
    this.batch = batch;
    this.tokens = tokens;
    this.channels = Math.toIntExact(shape[shape.length - 1]);
    int count = 1;
    for (int i = 0; i + 1 < shape.length; i++) {
      count = Math.multiplyExact(count, Math.toIntExact(shape[i]));
    }
    this.slices = count;
    int samples = shape.length > 1 ? Math.toIntExact(shape[tokens.samples()]) : 1;
    this.rowLength = rowIsToken || samples == 0 ? 1 : count / samples;
    this.knowsSamples = samples == batch.rows();
    int stride = 1;
    int tokenAxis = tokens instanceof TokenLayout.Axis axis ? axis.axis() : shape.length - 2;
    for (int i = tokenAxis + 1; i + 1 < shape.length; i++) {
      stride *= Math.toIntExact(shape[i]);
    }
    this.tokenStride = stride;
    if (tokens instanceof TokenLayout.Flattened) {
      this.tokenCount = Math.max(1, samples / Math.max(1, batch.rows()));
    } else {
      this.tokenCount = shape.length > 2 ? Math.max(1, Math.toIntExact(shape[tokenAxis])) : 1;
    }
    this.mask =
        batch.mask().filter(m -> !(tokens instanceof TokenLayout.None)).map(m -> m.toLongs());
    this.maskWidth = batch.mask().map(m -> Math.toIntExact(m.dim(-1))).orElse(0);
  }

  /** Whether the activation has no elements. */
  public boolean isEmpty() {
    return slices == 0 || channels == 0;
  }

  /** Number of slices. */
  public int slices() {
    return slices;
  }

  /** Elements a slice. */
  public int channels() {
    return channels;
  }

  /** Consecutive slices that make one row. */
  public int rowLength() {
    return rowLength;
  }

  /** Place of the sample among those chosen; -1 where no axis is the batch, and for copies. */
  public long sample(int slice) {
    int local = localSample(slice);
    return local < 0 || local >= batch.samples() ? -1 : batch.place(local);
  }

  /** Row of the batch; -1 where no axis is the batch. */
  public int localSample(int slice) {
    if (tokens instanceof TokenLayout.Flattened) {
      return slice / tokenCount;
    }
    return knowsSamples && slices > 0 ? slice / Math.max(1, slices / batch.rows()) : -1;
  }

  /** Token position, or the innermost leading index where no axis is known to be the token. */
  public int token(int slice) {
    return tokens instanceof TokenLayout.Flattened
        ? slice % tokenCount
        : slice / tokenStride % tokenCount;
  }

  /** Whether the slice is a real token of a real sample rather than padding or a copy. */
  public boolean valid(int slice) {
    boolean isWhole = batch.rows() == batch.samples();
    if (mask.isEmpty() && isWhole) {
      return true;
    }
    int sample = localSample(slice);
    if (mask.isEmpty() || sample >= batch.samples()) {
      return sample < batch.samples();
    }
    int at = sample * maskWidth + token(slice);
    return sample < 0 || token(slice) >= maskWidth || mask.orElseThrow()[at] != 0;
  }
}
