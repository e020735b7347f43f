package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;

/**
 * A MatMul, Gemm or Conv whose operands can be quantized so that an integer kernel runs it.
 *
 * @param operands both factors
 */
record Product(OnnxNode node, List<Operand> operands) {
  Product {
    operands = List.copyOf(operands);
  }

  /** A factor. */
  sealed interface Operand {
    /** The tensor that is quantized. */
    String tensor();

    /** The use that reads it quantized, at the product or at a layout change before it. */
    OnnxGraph.Use use();
  }

  /** A constant of the file. */
  record Constant(WeightInputs.Weight weight) implements Operand {
    @Override
    public String tensor() {
      return weight.constant();
    }

    @Override
    public OnnxGraph.Use use() {
      return weight.use();
    }
  }

  /** Computed in every run, or from constants before the first. */
  record Activation(String tensor, OnnxGraph.Use use) implements Operand {}

  /** What was found out about a node. */
  sealed interface Examined {}

  /** It can be quantized. */
  record Quantizable(Product product) implements Examined {}

  /** It multiplies matrices and stays float. */
  record Unquantizable(String reason) implements Examined {}

  /** It multiplies no matrices. */
  record Unrelated() implements Examined {}
}
