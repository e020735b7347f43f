package dev.tailgate.quant.weights;

import dev.tailgate.quant.scheme.ErrorSums;
import java.util.Arrays;

/**
 * Sums errors of runs under one scale. Each value gets a grid and a sum of its own, in one of a
 * fixed number of lanes: long runs are folded into them, short ones laid side by side.
 */
final class Lanes {
  private static final int COUNT = 1024;

  private final float[] values;
  private final ErrorSums sums;
  private final Adder adder;
  private final float[] x = new float[COUNT];
  private final ErrorSums lanes = new ErrorSums(COUNT);
  private final int[] ends = new int[COUNT];
  private final int[] scales = new int[COUNT];
  private int filled;
  private int waiting;

  /** Adds errors at {@code [from, to)} to the sums there. */
  interface Adder {
    void add(float[] x, int from, int to, ErrorSums into);
  }

  /** For runs of {@code values}; {@code sums} has the grids and gets the sums. */
  Lanes(float[] values, ErrorSums sums, Adder adder) {
    this.values = values;
    this.sums = sums;
    this.adder = adder;
  }

  /** Takes values {@code [from, to)}, all under {@code scale}. */
  void accept(int from, int to, int scale) {
    if (filled + to - from > COUNT) {
      flush();
    }
    int lane = filled;
    filled = Math.min(COUNT, lane + to - from);
    Arrays.fill(lanes.scales(), lane, filled, sums.scales()[scale]);
    Arrays.fill(lanes.lows(), lane, filled, sums.lows()[scale]);
    Arrays.fill(lanes.units(), lane, filled, sums.units()[scale]);
    Arrays.fill(lanes.sums(), lane, filled, 0);
    int at = from;
    for (; to - at > COUNT; at += COUNT) {
      System.arraycopy(values, at, x, 0, COUNT);
      adder.add(x, 0, COUNT, lanes);
    }
    System.arraycopy(values, at, x, lane, to - at);
    if (to - from > COUNT) {
      adder.add(x, 0, to - at, lanes);
      sums.sums()[scale] += total(0, COUNT);
      filled = 0;
    } else {
      ends[waiting] = filled;
      scales[waiting++] = scale;
    }
  }

  /** Adds the sums of what waits in the lanes. */
  void flush() {
    adder.add(x, 0, filled, lanes);
    int from = 0;
    for (int i = 0; i < waiting; i++) {
      sums.sums()[scales[i]] += total(from, ends[i]);
      from = ends[i];
    }
    filled = 0;
    waiting = 0;
  }

  /** Four sums at once: one alone would wait for each addition. */
  private float total(int from, int to) {
    float[] sum = lanes.sums();
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += sum[i];
      b += sum[i + 1];
      c += sum[i + 2];
      d += sum[i + 3];
    }
    for (; i < to; i++) {
      a += sum[i];
    }
    return (a + b) + (c + d);
  }
}
