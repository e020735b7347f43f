package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.build.Extents;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.NodeDraft;

/** Moves heads between the hidden width and an axis of their own. */
final class HeadLayout {
  private HeadLayout() {}

  /** {@code [B, T, H * Dh]} to {@code [B, H, T, Dh]}. */
  static String split(Ops ops, String hidden, long heads) {
    return ops.transpose(ops.reshape(hidden, 0, 0, heads, -1), 0, 2, 1, 3);
  }

  /** Starts the node that makes {@code [B, T, H * Dh]} of {@code [B, H, T, Dh]}. */
  static NodeDraft merge(Ops ops, String perHead) {
    return ops.node("Reshape", ops.transpose(perHead, 0, 2, 1, 3), ops.longs(0, 0, -1));
  }

  /**
   * Gives each of {@code heads} query heads its key or value head: {@code [B, Hkv, S, Dh]} to
   * {@code [B, H, S, Dh]}, each head {@code H / Hkv} times in a row.
   */
  static String repeat(Ops ops, String perHead, long kvHeads, long heads) {
    if (kvHeads == heads) {
      return perHead;
    }
    String grouped =
        Extents.expand(ops, ops.unsqueeze(perHead, 2), ops.longs(1, 1, heads / kvHeads, 1, 1));
    String shape =
        Extents.shape(
            ops,
            Extents.of(ops, perHead, 0),
            ops.longs(heads),
            Extents.of(ops, perHead, 2),
            Extents.of(ops, perHead, 3));
    return ops.op("Reshape", grouped, shape);
  }
}
