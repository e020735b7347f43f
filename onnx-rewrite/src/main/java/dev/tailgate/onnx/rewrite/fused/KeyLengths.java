package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.build.Extents;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import java.util.List;
import java.util.Optional;

/**
 * Reads one-dimensional masks: {@code [B]} has the number of keys of each sequence, {@code [3 B +
 * 2]} has the same in front of offsets, and {@code [2 B]} of {@code Attention} has the first
 * positions after the last. Which it is shows at run time only, unless the graph states sizes.
 *
 * @param ends int32 {@code [B]}
 * @param starts int32 {@code [B]}
 */
record KeyLengths(String ends, Optional<String> starts) {
  /** Of a mask whose first {@code B} elements are lengths and the rest does not matter. */
  static KeyLengths leading(Ops ops, OnnxGraph graph, String mask, String input) {
    return Widths.same(graph, mask, 0, input, 0)
        ? new KeyLengths(mask, Optional.empty())
        : new KeyLengths(
            Extents.between(ops, mask, ops.longs(0), Extents.of(ops, input, 0), 0),
            Optional.empty());
  }

  /** Of a mask that may go on with {@code B} first positions; where it does not, they are 0. */
  static KeyLengths withStarts(Ops ops, OnnxGraph graph, String mask, String input) {
    if (Widths.same(graph, mask, 0, input, 0)) {
      return new KeyLengths(mask, Optional.empty());
    }
    String batch = Extents.of(ops, input, 0);
    String padded = ops.concat(0, List.of(mask, Extents.zeros(ops, ElementType.INT32, batch)));
    return new KeyLengths(
        Extents.between(ops, padded, ops.longs(0), batch, 0),
        Optional.of(Extents.between(ops, padded, batch, ops.op("Add", batch, batch), 0)));
  }
}
