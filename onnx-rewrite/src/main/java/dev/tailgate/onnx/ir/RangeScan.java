package dev.tailgate.onnx.ir;

/**
 * Accumulates a {@link MinMax}. A block without NaN and infinities, the normal case, is scanned
 * without looking for them: any there is ends up as one of the two extremes, which say so.
 */
final class RangeScan {
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private long count;
  private long nan;
  private long infinite;

  /**
   * Takes float32 bit patterns. Flipping the lower 31 bits of the negative ones gives integers in
   * the order of the numbers, NaN outermost, and integer extremes compile to vector instructions
   * where those of floats do not.
   */
  void acceptBits(int[] bits, int length) {
    int low = Integer.MAX_VALUE;
    int high = Integer.MIN_VALUE;
    for (int i = 0; i < length; i++) {
      int key = bits[i] ^ ((bits[i] >> 31) & 0x7FFF_FFFF);
      low = Math.min(low, key);
      high = Math.max(high, key);
    }
    float smallest = fromKey(low);
    float largest = fromKey(high);
    if (Float.isFinite(smallest) && Float.isFinite(largest)) {
      merge(smallest, largest, length);
    } else {
      for (int i = 0; i < length; i++) {
        accept(Float.intBitsToFloat(bits[i]));
      }
    }
  }

  private static float fromKey(int key) {
    return Float.intBitsToFloat(key ^ ((key >> 31) & 0x7FFF_FFFF));
  }

  void accept(float[] values, int length) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    float probe = 0;
    for (int i = 0; i < length; i++) {
      float value = values[i];
      low = value < low ? value : low;
      high = value > high ? value : high;
      probe += value * 0f; // NaN from the first value on that is not finite
    }
    if (probe == 0) {
      merge(low, high, length);
    } else {
      for (int i = 0; i < length; i++) {
        accept(values[i]);
      }
    }
  }

  private void merge(float low, float high, int length) {
    count += length;
    min = Math.min(min, low);
    max = Math.max(max, high);
  }

  void accept(double value) {
    count++;
    if (Double.isFinite(value)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    } else if (Double.isNaN(value)) {
      nan++;
    } else {
      infinite++;
    }
  }

  MinMax result() {
    return count == nan + infinite
        ? new MinMax(Double.NaN, Double.NaN, count, nan, infinite)
        : new MinMax(min, max, count, nan, infinite);
  }
}
