package dev.tailgate.data.series;

import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * The scaled rows of one part of a series, and their calendar features where a model reads them.
 * Rows count from the start of the part.
 */
final class ScaledRows {
  private final int channels;
  private final int features;
  private final float[] values;
  private final float[] marks;

  private ScaledRows(int channels, int features, float[] values, float[] marks) {
    this.channels = channels;
    this.features = features;
    this.values = values;
    this.marks = marks;
  }

  /** The rows of {@code part}, with {@code features} calendar features each, perhaps 0. */
  static ScaledRows of(SeriesTable table, SeriesPart part, int features) {
    SeriesScaling scaling = SeriesScaling.fit(table.rows(), part.train());
    float[] marks = new float[Math.multiplyExact(part.to() - part.from(), features)];
    for (int r = part.from(); features > 0 && r < part.to(); r++) {
      float[] row = TimeMarks.of(table.seconds().get(r), features);
      System.arraycopy(row, 0, marks, (r - part.from()) * features, features);
    }
    return new ScaledRows(
        table.channels(), features, scaling.apply(table.rows(), part.from(), part.to()), marks);
  }

  /** {@code [to - from, D]}, or {@code [to - from]} of the only channel. */
  Tensor tensor(int from, int to, boolean channelAxis) {
    float[] rows = Arrays.copyOfRange(values, from * channels, to * channels);
    return channelAxis
        ? Tensor.ofFloats(rows, to - from, channels)
        : Tensor.ofFloats(rows, to - from);
  }

  /** {@code [to - from, D]}: the rows before {@code behind}, and zeros for those after. */
  Tensor tensorWithZeros(int from, int behind, int to) {
    float[] rows = Arrays.copyOfRange(values, from * channels, behind * channels);
    return Tensor.ofFloats(Arrays.copyOf(rows, (to - from) * channels), to - from, channels);
  }

  /** {@code [to - from, 1]}, or {@code [to - from]}, of the last channel. */
  Tensor lastChannel(int from, int to, boolean channelAxis) {
    float[] last = new float[to - from];
    for (int i = 0; i < last.length; i++) {
      last[i] = values[(from + i + 1) * channels - 1];
    }
    return channelAxis ? Tensor.ofFloats(last, last.length, 1) : Tensor.ofFloats(last, last.length);
  }

  /** Calendar features {@code [to - from, features]}. */
  Tensor marks(int from, int to) {
    return Tensor.ofFloats(
        Arrays.copyOfRange(marks, from * features, to * features), to - from, features);
  }
}
