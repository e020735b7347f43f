package dev.tailgate.onnx.tap;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Arrays;
import java.util.List;

/**
 * Activations whose rank depends on the batch: {@code Squeeze} without axes drops the batch axis of
 * a single sample, and leaves a scalar of {@code [1, 1]}; branches may disagree. What is measured
 * is laid out for the rank that a test run showed, so that missing axes are put back in front, with
 * a size of 1.
 */
public final class FixedRank {
  private static final int SLICE_BY_INPUT = 10;
  private static final long END = Long.MAX_VALUE;

  private FixedRank() {}

  /** Whether some value of {@code model} may have another rank in another batch. */
  public static boolean mayVary(OnnxModel model) {
    return model.opset() >= SLICE_BY_INPUT
        && model.graph().nodes().stream()
            .anyMatch(
                node ->
                    node.hasSubgraphs()
                        || (node.is("Squeeze") && !node.hasInput(1) && !node.hasAttribute("axes")));
  }

  /** The sizes of {@code tensor}, {@code [rank]}; it has that rank or fewer axes. */
  public static String sizes(Ops ops, String tensor, int rank) {
    long[] ones = new long[rank];
    Arrays.fill(ones, 1);
    String padded = ops.concat(0, List.of(ops.longs(ones), ops.op("Shape", tensor)));
    return ops.op("Slice", padded, ops.longs(-rank), ops.longs(END));
  }

  /** {@code tensor} with that rank. */
  public static String of(Ops ops, String tensor, int rank) {
    return ops.op("Reshape", tensor, sizes(ops, tensor, rank));
  }
}
