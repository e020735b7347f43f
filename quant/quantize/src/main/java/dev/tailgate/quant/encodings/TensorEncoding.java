package dev.tailgate.quant.encodings;

import dev.tailgate.quant.scheme.QuantParams;

/**
 * The quantization parameters of one tensor.
 *
 * @param tensor value name in the model
 * @param symmetric whether its ranges were made symmetric about 0
 */
public record TensorEncoding(String tensor, QuantParams params, boolean symmetric) {
  /** Refuses what is not symmetric: zero points of signed numbers, and floats that are not. */
  public TensorEncoding {
    boolean signed = params.format().lowest() < 0;
    if (symmetric && signed && !params.isZeroCentred()) {
      throw new IllegalArgumentException("Symmetric signed numbers have zero point 0: " + tensor);
    }
    if (!symmetric && !params.format().isUniform()) {
      throw new IllegalArgumentException("Float formats are symmetric: " + tensor);
    }
  }
}
