package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.build.Extents;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import java.util.Optional;

/**
 * Turns the masks of fused operators into what is added to scores {@code [B, H, T, S]}: 0 where a
 * key is seen, a large negative number where not. The numbers are those of ONNX Runtime: the most
 * negative finite one for causal and bool masks, {@code mask_filter_value} for masks of int32. They
 * are finite, so that a row whose keys are all masked is not NaN.
 */
final class ScoreMasks {
  private ScoreMasks() {}

  /**
   * Query {@code t} sees keys up to {@code t} of its own and all of the past: {@code [T, S]}.
   *
   * @param key keys with the past in front, {@code [B, H, S, Dh]}
   * @param past the past alone
   */
  static String causal(Ops ops, ElementType type, String query, String key, Optional<String> past) {
    String rows = Extents.positions(ops, Extents.of(ops, query, 2));
    if (past.isPresent()) {
      rows = ops.op("Add", rows, Extents.of(ops, past.get(), 2));
    }
    String columns = Extents.positions(ops, Extents.of(ops, key, 2));
    String hidden = ops.op("Less", ops.unsqueeze(rows, 1), ops.unsqueeze(columns, 0));
    return ops.op("Where", hidden, lowest(ops, type), ops.scalar(type, 0));
  }

  /** Of a bool mask, true where a key is seen. */
  static String seen(Ops ops, ElementType type, String mask) {
    return ops.op("Where", mask, ops.scalar(type, 0), lowest(ops, type));
  }

  /**
   * Of an int32 mask, above 0 where a key is seen.
   *
   * @param mask {@code [B, S]} or {@code [B, T, S]}
   */
  static String flags(Ops ops, ElementType type, String mask, int rank, double filter) {
    String flags = rank == 2 ? ops.unsqueeze(mask, 1, 2) : ops.unsqueeze(mask, 1);
    String seen = ops.op("Greater", flags, ops.scalar(ElementType.INT32, 0));
    return ops.op("Where", seen, ops.scalar(type, 0), ops.scalar(type, filter));
  }

  /**
   * Of bounds for each sequence: keys from {@code start} to before {@code end} are seen.
   *
   * @param key keys with the past in front, {@code [B, H, S, Dh]}
   */
  static String bounds(Ops ops, ElementType type, String key, KeyLengths lengths, double filter) {
    String positions = ops.cast(Extents.positions(ops, Extents.of(ops, key, 2)), ElementType.INT32);
    String seen = ops.op("Less", positions, ops.unsqueeze(lengths.ends(), 1, 2, 3));
    if (lengths.starts().isPresent()) {
      String before = ops.op("Less", positions, ops.unsqueeze(lengths.starts().get(), 1, 2, 3));
      seen = ops.op("And", seen, ops.op("Not", before));
    }
    return ops.op("Where", seen, ops.scalar(type, 0), ops.scalar(type, filter));
  }

  /** Keys from position {@code end} on are hidden; {@code ends} is int64 {@code [B]}. */
  static String lengths(Ops ops, ElementType type, String key, String ends) {
    String positions = Extents.positions(ops, Extents.of(ops, key, 2));
    String seen = ops.op("Less", positions, ops.unsqueeze(ends, 1, 2, 3));
    return ops.op("Where", seen, ops.scalar(type, 0), lowest(ops, type));
  }

  private static String lowest(Ops ops, ElementType type) {
    return ops.scalar(type, Extents.lowest(type));
  }
}
