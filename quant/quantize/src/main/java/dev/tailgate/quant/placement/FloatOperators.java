package dev.tailgate.quant.placement;

import dev.tailgate.onnx.attention.FusedOperators;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Map;
import java.util.Optional;

/**
 * Operators that multiply by matrices and that ONNX Runtime has no integer kernel for, made from
 * quantize/dequantize pairs around them; measured with 1.29 on the CPU.
 */
final class FloatOperators {
  private static final String RECURRENT = "a recurrent operator: its products are inside it";
  private static final String NO_KERNEL = "ONNX Runtime makes no integer kernel of a ";
  private static final String INTEGER = "works on integers already";

  private static final Map<String, String> STANDARD =
      Map.of(
          "Einsum", NO_KERNEL + "general Einsum",
          "ConvTranspose", NO_KERNEL + "ConvTranspose",
          "DeformConv", NO_KERNEL + "DeformConv",
          "LSTM", RECURRENT,
          "GRU", RECURRENT,
          "RNN", RECURRENT,
          "MatMulInteger", INTEGER,
          "ConvInteger", INTEGER,
          "QLinearMatMul", INTEGER,
          "QLinearConv", INTEGER);

  private static final Map<String, String> CONTRIB =
      Map.of(
          "FusedMatMul", NO_KERNEL + "FusedMatMul",
          "TransposeMatMul", NO_KERNEL + "TransposeMatMul",
          "FusedMatMulActivation", NO_KERNEL + "FusedMatMulActivation",
          "FusedGemm", NO_KERNEL + "FusedGemm",
          "FusedConv", NO_KERNEL + "FusedConv",
          "GemmFastGelu", NO_KERNEL + "GemmFastGelu",
          "MatMulNBits", "has quantized weights already",
          "QGemm", INTEGER,
          "MatMulIntegerToFloat", INTEGER,
          "DynamicQuantizeMatMul", INTEGER);

  private FloatOperators() {}

  /** Why {@code node} stays float; empty where it is none of these. */
  static Optional<String> reason(OnnxNode node) {
    if (FusedOperators.isAttention(node)) {
      return Optional.of("a fused attention: its products are inside it");
    }
    Map<String, String> reasons = node.domain().isEmpty() ? STANDARD : CONTRIB;
    boolean known = node.domain().isEmpty() || node.domain().equals("com.microsoft");
    return known ? Optional.ofNullable(reasons.get(node.opType())) : Optional.empty();
  }
}
