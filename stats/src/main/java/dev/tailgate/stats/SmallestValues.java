package dev.tailgate.stats;

import java.util.Arrays;

/**
 * The {@code capacity} smallest of the floats offered, as a bounded max-heap: its root is the
 * largest value kept, so all but a few offers of a long stream end after one comparison.
 *
 * <p>Which values are kept does not depend on the order of the offers; negative zero is kept as
 * zero, so that this holds bit for bit. The heap grows with its content up to the capacity.
 */
final class SmallestValues {

  private static final int INITIAL_CAPACITY = 64;

  private final int capacity;
  private float[] heap;
  private int size;

  SmallestValues(int capacity) {
    this.capacity = capacity;
    heap = new float[Math.min(capacity, INITIAL_CAPACITY)];
  }

  void offer(float value) {
    if (size < capacity) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, (int) Math.min(capacity, 2L * heap.length));
      }
      siftUp(size++, value + 0.0f);
    } else if (value < heap[0]) {
      siftDown(value + 0.0f);
    }
  }

  private void siftUp(int hole, float value) {
    int at = hole;
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (heap[parent] >= value) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = value;
  }

  private void siftDown(float value) {
    int at = 0;
    int child = 1;
    while (child < size) {
      if (child + 1 < size && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= value) {
        break;
      }
      heap[at] = heap[child];
      at = child;
      child = 2 * at + 1;
    }
    heap[at] = value;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == capacity;
  }

  /** The largest value kept; there must be one. */
  float largestKept() {
    return heap[0];
  }

  /** The kept values in ascending order, a copy. */
  float[] sorted() {
    float[] values = Arrays.copyOf(heap, size);
    Arrays.sort(values);
    return values;
  }
}
