package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import java.util.Collections;
import java.util.List;

/**
 * Emits the few largest or smallest elements of an activation without sorting it.
 *
 * <pre>
 *   slice maxima ─ rows whose maximum is above a bound ─ their elements above it ─ k largest
 * </pre>
 *
 * Once a bound is known, most batches have hardly a row above it, and what leaves the graph is
 * little. Few nodes matter: a session with thousands more of them takes seconds longer to open.
 */
final class TailNodes {
  /** The oldest opset with a {@code TopK} whose number is computed. */
  static final int OPSET = 10;

  private static final int LARGEST_CHOSEN = 11;
  private static final int INTEGER_MIN = 12;
  private static final int SPLIT_BY_INPUT = 13;

  private final Ops ops;

  TailNodes(Ops ops) {
    this.ops = ops;
  }

  /**
   * The elements above {@code bound}, the {@code k} largest at most.
   *
   * @param bound float32 {@code [1]}
   * @param k int64 {@code [1]}
   */
  String above(SliceExtremes x, String bound, String k) {
    return beyond("Greater", x.realMax(ops), x.high(), bound, k, 1);
  }

  /** The elements below {@code bound}, the {@code k} smallest at most. */
  String below(SliceExtremes x, String bound, String k) {
    return beyond("Less", x.realMin(ops), x.low(), bound, k, 0);
  }

  private String beyond(
      String compare, String extremes, String flat, String bound, String k, long largest) {
    String isRow = ops.op(compare, extremes, bound);
    String rows = ops.node("Compress", flat, isRow).attribute("axis", 0L).add();
    String values = ops.op("Compress", rows, ops.op(compare, rows, bound));
    return top(values, min(ops.op("Shape", values), k), largest).values();
  }

  /** The elements of a vector of {@code count} as values {@code [1]} of their own. */
  List<String> each(String vector, int count) {
    List<Long> sizes = Collections.nCopies(count, 1L);
    NodeDraft node =
        ops.opset() >= SPLIT_BY_INPUT
            ? ops.node("Split", vector, ops.longs(sizes.stream().mapToLong(s -> s).toArray()))
            : ops.node("Split", vector).attribute("split", sizes);
    return node.outputs(count).addAll();
  }

  /** The outputs of a TopK. */
  record Top(String values, String indices) {}

  /** The {@code k} largest, or smallest, of {@code values}. */
  Top top(String values, String k, long largest) {
    // The attribute came with opset 11; turning signs does the same.
    boolean turned = largest == 0 && ops.opset() < LARGEST_CHOSEN;
    NodeDraft node = ops.node("TopK", turned ? ops.op("Neg", values) : values, k).outputs(2);
    if (largest == 0 && !turned) {
      node.attribute("largest", 0L);
    }
    List<String> outputs = node.addAll();
    String found = outputs.get(0);
    return new Top(turned ? ops.op("Neg", found) : found, outputs.get(1));
  }

  /** The smaller of two counts; {@code Min} of integers exists from opset 12 on. */
  String min(String a, String b) {
    if (ops.opset() >= INTEGER_MIN) {
      return ops.op("Min", a, b);
    }
    String real = ops.op("Min", ops.cast(a, ElementType.DOUBLE), ops.cast(b, ElementType.DOUBLE));
    return ops.cast(real, ElementType.INT64);
  }
}
