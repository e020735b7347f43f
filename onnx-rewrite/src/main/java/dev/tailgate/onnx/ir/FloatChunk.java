package dev.tailgate.onnx.ir;

/** Receives the elements of a constant block by block; see {@link ElementReader#forEachChunk}. */
@FunctionalInterface
public interface FloatChunk {
  /**
   * Takes elements {@code [0, count)} of {@code values}. The array is used again for the next
   * block: copy what is to be kept.
   */
  void accept(float[] values, int count);
}
