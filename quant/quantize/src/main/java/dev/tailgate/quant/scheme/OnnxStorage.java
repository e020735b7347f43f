package dev.tailgate.quant.scheme;

import dev.tailgate.onnx.ir.ElementType;

/**
 * How ONNX stores the numbers of a format.
 *
 * @param type the narrowest type that holds them
 * @param opset the first whose {@code DequantizeLinear} takes the type
 * @param hasKernel whether ONNX Runtime has a CPU kernel of {@code DequantizeLinear} for it
 */
public record OnnxStorage(ElementType type, int opset, boolean hasKernel) {}
