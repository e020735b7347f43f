package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;

/** In which numbers a quantized tensor is stored or handed to a kernel. */
final class StorageFormat {
  private static final int BYTE = 8;

  private StorageFormat() {}

  /** The integers an activation is quantized to: 8 or 16 bits, since kernels have no others. */
  static NumberFormat.Int ofActivation(NumberFormat.Int format) {
    return new NumberFormat.Int(format.bits() <= BYTE ? BYTE : 16, format.signed());
  }

  /**
   * The numbers a weight is stored in: those of its format, rounded up to a type of ONNX. Between
   * quantized activations 4 bits take a whole byte, since integer kernels read bytes only.
   */
  static NumberFormat ofWeight(NumberFormat format, boolean activationsQuantized) {
    if (!(format instanceof NumberFormat.Int integers)) {
      return format;
    }
    boolean nibbles = integers.bits() == 4 && !activationsQuantized;
    int bits = nibbles ? 4 : integers.bits() <= BYTE ? BYTE : 16;
    return new NumberFormat.Int(bits, integers.signed());
  }

  /** The ONNX type of stored numbers. */
  static ElementType type(NumberFormat stored) {
    return stored instanceof NumberFormat.Int integers
        ? integers.storage()
        : ElementType.FLOAT8E4M3FN;
  }

  /** The same grid, its numbers being some of a wider format. */
  static QuantParams within(QuantParams params, NumberFormat stored) {
    return stored.equals(params.format())
        ? params
        : QuantParams.of(stored, params.layout(), params.scales(), params.zeroPoints());
  }
}
