package dev.tailgate.quant.scheme;

import java.util.List;

/**
 * Walks the elements of a tensor in storage order and says which scale of a {@link ScaleLayout}
 * each has, run by run, so that weights can be streamed. With {@code inner} the product of the
 * dimensions after the axis:
 *
 * <pre>
 *   element i        o = i / (length inner),  k = i / inner mod length,  n = i mod inner
 *   whole tensor     scale 0
 *   axis             scale k
 *   blocks           scale (o ceil(length / size) + floor(k / size)) inner + n
 * </pre>
 *
 * <p>A window is a stretch of the tensor that shares no scale with what lies before or after it: a
 * channel that lies in one piece, a band of blocks, or the whole tensor.
 */
public final class ScaleRuns {
  private final long total;
  private final long length;
  private final long inner;
  private final long size;
  private final int scales;

  private ScaleRuns(long total, long length, long inner, long size, long scales) {
    this.total = total;
    this.length = length;
    this.inner = inner;
    this.size = size;
    this.scales = Math.toIntExact(scales);
  }

  /** Receives a run. */
  @FunctionalInterface
  public interface Run {
    /**
     * Takes elements {@code [from, to)} of the stretch that is walked.
     *
     * @param scale index of the scale of element {@code from}
     * @param step 0 where all elements of the run share it, 1 where each has the next one
     */
    void accept(int from, int to, int scale, int step);
  }

  /**
   * Runs of a tensor of this shape.
   *
   * @throws IllegalArgumentException for a layout that does not fit the shape
   * @throws ArithmeticException for more than 2^31 - 1 scales
   */
  public static ScaleRuns of(List<Long> dims, ScaleLayout layout) {
    long total = product(dims, 0, dims.size());
    if (layout instanceof ScaleLayout.Whole) {
      return new ScaleRuns(total, 1, Math.max(1, total), 0, 1);
    }
    boolean blocks = layout instanceof ScaleLayout.Blocks;
    int axis = blocks ? ((ScaleLayout.Blocks) layout).axis() : ((ScaleLayout.Axis) layout).axis();
    if (axis >= dims.size()) {
      throw new IllegalArgumentException("Axis " + axis + " of a tensor " + dims);
    }
    long length = dims.get(axis);
    long inner = product(dims, axis + 1, dims.size());
    if (!blocks) {
      return new ScaleRuns(total, length, inner, 0, length);
    }
    ScaleLayout.Blocks of = (ScaleLayout.Blocks) layout;
    long scales = product(of.dims(), 0, of.dims().size());
    long expected = product(dims, 0, axis) * ((length + of.size() - 1) / of.size()) * inner;
    if (of.length() != length || scales != expected) {
      throw new IllegalArgumentException("Blocks of scales " + of.dims() + " for a tensor " + dims);
    }
    return new ScaleRuns(total, length, inner, of.size(), scales);
  }

  private static long product(List<Long> dims, int from, int to) {
    long product = 1;
    for (long dim : dims.subList(from, to)) {
      product = Math.multiplyExact(product, dim);
    }
    return product;
  }

  /** Number of elements. */
  public long elements() {
    return total;
  }

  /** Number of scales. */
  public int scales() {
    return scales;
  }

  /** Walks elements {@code [position, position + count)}; runs count from {@code position}. */
  public void forEach(long position, int count, Run run) {
    int from = 0;
    while (from < count) {
      long i = position + from;
      long k = i / inner % length;
      boolean each = (size > 0) == (inner > 1);
      long rest;
      if (inner > 1) {
        rest = inner - i % inner;
      } else {
        rest = size > 0 ? Math.min(size - k % size, length - k) : length - k;
      }
      int to = (int) Math.min(count, from + rest);
      run.accept(from, to, scale(i), each ? 1 : 0);
      from = to;
    }
  }

  private int scale(long i) {
    long k = i / inner % length;
    if (size == 0) {
      return (int) k;
    }
    long band = i / (length * inner) * ((length + size - 1) / size) + k / size;
    return (int) (band * inner + i % inner);
  }

  /**
   * The first scale of the window that {@code position} lies in: all scales before it are those of
   * elements before {@code position}. The number of scales at the end of the tensor.
   */
  public int firstOpen(long position) {
    if (position >= total) {
      return scales;
    }
    if (size > 0) {
      return (int) (scale(position) - position % inner);
    }
    boolean inOnePiece = total == length * inner && inner > 1;
    return inOnePiece ? scale(position) : 0;
  }
}
