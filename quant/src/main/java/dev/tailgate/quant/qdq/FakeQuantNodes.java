package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxModel;

/**
 * Emits quantize and dequantize nodes. The standard operators exist from opset 10 on and take
 * float32; older models get the same operators of the {@code com.microsoft} domain, other float
 * types a cast on both sides.
 */
public final class FakeQuantNodes {
  private static final int FIRST_OPSET = 10;
  private static final String CONTRIB = "com.microsoft";

  private final Ops ops;
  private final boolean contrib;

  /** Imports the contributed domain into the edit of {@code ops} where it is needed. */
  public FakeQuantNodes(OnnxModel model, Ops ops) {
    this.ops = ops;
    this.contrib = model.opset() < FIRST_OPSET;
    if (contrib) {
      ops.edit().importDomain(CONTRIB, 1);
    }
  }

  /** {@code x} as float32. */
  public String widened(String x, ElementType type) {
    return type == ElementType.FLOAT ? x : ops.cast(x, ElementType.FLOAT);
  }

  /** The pair {@code QuantizeLinear}, {@code DequantizeLinear} around float32 {@code x}. */
  public String pair(String x, String scale, String zeroPoint) {
    return node("DequantizeLinear", quantize(x, scale, zeroPoint), scale, zeroPoint);
  }

  /** {@code saturate(round(x / scale) + zeroPoint)}, ties to even. */
  public String quantize(String x, String scale, String zeroPoint) {
    return node("QuantizeLinear", x, scale, zeroPoint);
  }

  /** Back to the type the consumers expect. */
  public String narrowed(String x, ElementType type) {
    return type == ElementType.FLOAT ? x : ops.cast(x, type);
  }

  private String node(String op, String... inputs) {
    NodeDraft node = ops.node(op, inputs);
    return (contrib ? node.domain(CONTRIB) : node).add();
  }
}
