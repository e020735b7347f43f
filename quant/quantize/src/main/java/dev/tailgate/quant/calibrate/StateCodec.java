package dev.tailgate.quant.calibrate;

import dev.tailgate.stats.DyadicHistogram;
import dev.tailgate.stats.PercentileTails;
import dev.tailgate.stats.Range;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Accumulators as bytes. Files are not trusted: no length is believed before it is compared with
 * what it could be at most.
 */
final class StateCodec {
  private StateCodec() {}

  static void write(DataOutput out, Range range) throws IOException {
    out.writeDouble(range.min());
    out.writeDouble(range.max());
  }

  static Range readRange(DataInput in) throws IOException {
    return new Range(in.readDouble(), in.readDouble());
  }

  static void write(DataOutput out, PercentileTails tails) throws IOException {
    out.writeInt(tails.k());
    for (float[] tail : new float[][] {tails.smallest(), tails.largest()}) {
      out.writeInt(tail.length);
      for (float value : tail) {
        out.writeFloat(value);
      }
    }
  }

  /** Reads tails from a file of {@code size} bytes. */
  static PercentileTails readTails(DataInput in, long size) throws IOException {
    int k = in.readInt();
    PercentileTails tails = PercentileTails.create(k);
    float[][] ends = new float[2][];
    for (int end = 0; end < ends.length; end++) {
      ends[end] = new float[length(in, Math.min(k, size / Float.BYTES))];
      for (int i = 0; i < ends[end].length; i++) {
        ends[end][i] = in.readFloat();
      }
    }
    tails.acceptTails(ends[0], ends[1]);
    return tails;
  }

  static void write(DataOutput out, DyadicHistogram histogram) throws IOException {
    out.writeInt(histogram.exponent());
    write(out, histogram.range());
    long[] counts = histogram.counts();
    int filled = 0;
    for (long count : counts) {
      filled += count > 0 ? 1 : 0;
    }
    out.writeInt(filled);
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        out.writeShort(i);
        out.writeLong(counts[i]);
      }
    }
  }

  static DyadicHistogram readHistogram(DataInput in) throws IOException {
    int exponent = in.readInt();
    Range range = readRange(in);
    long[] counts = new long[2 * DyadicHistogram.HALF];
    int filled = length(in, counts.length);
    for (int i = 0; i < filled; i++) {
      int bin = in.readUnsignedShort();
      if (bin >= counts.length) {
        throw new IllegalArgumentException("bin " + bin);
      }
      counts[bin] = in.readLong();
    }
    return DyadicHistogram.of(exponent, counts, range);
  }

  /** A number of things of which there are {@code most} at most. */
  static int length(DataInput in, long most) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > most) {
      throw new IllegalArgumentException("length " + length);
    }
    return length;
  }
}
