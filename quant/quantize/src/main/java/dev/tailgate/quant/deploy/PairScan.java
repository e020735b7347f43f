package dev.tailgate.quant.deploy;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.BitSet;

/**
 * Looks at the int8 numbers of a weight as they are streamed, with one row of them in memory.
 *
 * <p>With {@code u} in {@code 0..upper}, the sum {@code u0 w0 + u1 w1} has the extremes
 *
 * <pre>
 *   upper (max(w0, 0) + max(w1, 0)),   upper (min(w0, 0) + min(w1, 0))
 * </pre>
 *
 * so a pair is unsafe exactly where one of them is no 16-bit number. A single product never is.
 */
final class PairScan implements WritableByteChannel {
  private final long length;
  private final long inner;
  private final int upper;
  private final byte[] previous;
  private final BitSet outputs = new BitSet();
  private long position;
  private long unsafe;

  /**
   * Starts.
   *
   * @param length of the axis that is summed over
   * @param inner product of the dimensions after it
   */
  PairScan(long length, long inner, int upper) {
    this.length = length;
    this.inner = inner;
    this.upper = upper;
    this.previous = new byte[Math.toIntExact(inner)];
  }

  @Override
  public int write(ByteBuffer numbers) {
    int count = numbers.remaining();
    while (numbers.hasRemaining()) {
      long k = position / inner % length;
      int n = (int) (position % inner);
      byte w = numbers.get();
      if (k % 2 == 0) {
        previous[n] = w;
      } else if (isUnsafe(previous[n], w, upper)) {
        unsafe++;
        outputs.set(Math.toIntExact(position / (length * inner) * inner + n));
      }
      position++;
    }
    return count;
  }

  /** Whether some pair of codes up to {@code upper} makes the sum of the products overflow. */
  static boolean isUnsafe(int w0, int w1, int upper) {
    return upper * (Math.max(w0, 0) + Math.max(w1, 0)) > Short.MAX_VALUE
        || upper * (Math.min(w0, 0) + Math.min(w1, 0)) < Short.MIN_VALUE;
  }

  SaturationReport.Unsafe unsafe() {
    return new SaturationReport.Unsafe(upper, unsafe, outputs.cardinality());
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
