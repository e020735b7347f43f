package dev.tailgate.quant.plan;

import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.quantized.ModelQuantization;

/** Refuses models that are quantized already where floats are needed. */
public final class AlreadyQuantized {
  private AlreadyQuantized() {}

  /**
   * Refuses a model of which every product with weights is quantized. Of one that is quantized in
   * part the rest can be.
   *
   * @param doing what needs floats
   */
  public static void refuseWhole(ModelQuantization model, String doing) {
    if (model.isComplete()) {
      throw refusal(model, doing, "a model with products in float");
    }
  }

  /** Refuses a model of which any product is quantized. */
  public static void refuseAny(ModelQuantization model, String doing) {
    if (model.isQuantized()) {
      throw refusal(model, doing, "a float model");
    }
  }

  private static ModelException refusal(ModelQuantization model, String doing, String expected) {
    return ModelException.doing(doing)
        .expected(expected)
        .found("one that is quantized already, " + Printable.of(String.join("; ", model.schemes())))
        .fix(
            "Give the float model it was made from. 'tailgate audit' measures a quantized model as"
                + " it is, with --original FLOAT.onnx against the float one.");
  }
}
