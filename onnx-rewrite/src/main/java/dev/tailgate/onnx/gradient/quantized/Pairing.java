package dev.tailgate.onnx.gradient.quantized;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxNode;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Whether a {@code DequantizeLinear} has the grid of the {@code QuantizeLinear} before it. */
final class Pairing {
  private static final int MOST = 1 << 20;
  private static final int SCALE = 1;
  private static final int ZERO_POINT = 2;

  private Pairing() {}

  /** Refuses a pair of two grids: what it gives is no rounding of what it takes. */
  static void require(Adjoint node, OnnxNode quantizer) {
    requireOne(node, quantizer, SCALE, "scale");
    requireOne(node, quantizer, ZERO_POINT, "zero point");
    if (node.node().intAttribute("axis", 1) != quantizer.intAttribute("axis", 1)) {
      throw node.refusal("its axis is another than that of the QuantizeLinear before it");
    }
  }

  private static void requireOne(Adjoint node, OnnxNode quantizer, int input, String what) {
    String own = node.node().input(input);
    String other = quantizer.input(input);
    if (!own.equals(other) && !areEqual(node, own, other)) {
      throw node.refusal("its " + what + " is another than that of the QuantizeLinear before it");
    }
  }

  private static boolean areEqual(Adjoint node, String one, String other) {
    Optional<ConstantTensor> first = constant(node, one);
    Optional<ConstantTensor> second = constant(node, other);
    return first.isPresent()
        && second.isPresent()
        && first.get().type() == second.get().type()
        && first.get().elementCount() == second.get().elementCount()
        && bytes(first.get()).equals(bytes(second.get()));
  }

  private static Optional<ConstantTensor> constant(Adjoint node, String value) {
    return node.graph().constantOf(value).filter(constant -> constant.elementCount() <= MOST);
  }

  private static ByteBuffer bytes(ConstantTensor constant) {
    long bits = constant.elementCount() * constant.type().bits();
    return constant.data().read(0, Math.toIntExact((bits + Byte.SIZE - 1) / Byte.SIZE));
  }
}
