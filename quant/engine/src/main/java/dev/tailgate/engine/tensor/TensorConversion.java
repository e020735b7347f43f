package dev.tailgate.engine.tensor;

import dev.tailgate.onnx.ir.ElementType;

/**
 * Brings data into the element type that the model reads. Integers must arrive unchanged. Real
 * numbers are rounded to nearest where the model's type is narrower, as the model would have to
 * anyway; finite numbers that would become infinite are refused, and so are fractions for integers.
 */
public final class TensorConversion {
  private TensorConversion() {}

  public static Tensor convert(Tensor tensor, ElementType target, String where) {
    if (tensor.type() == target) {
      return tensor;
    }
    Tensor converted = Tensor.allocate(target, tensor.shape());
    Elements.Reader from = Elements.reader(tensor);
    Elements.Writer to = Elements.writer(converted);
    Elements.Reader back = Elements.reader(converted);
    boolean mayRound = tensor.type().isFloat() && target.isFloat();
    boolean isReal = tensor.type().isFloat() && !target.isFloat();
    int count = tensor.elementCount();
    for (int i = 0; i < count; i++) {
      double value = from.get(i);
      to.put(i, value);
      double stored = back.get(i);
      boolean kept = mayRound ? Double.isFinite(stored) == Double.isFinite(value) : stored == value;
      boolean isBoolean = target != ElementType.BOOL || value == 0 || value == 1;
      if (!kept || !isBoolean || isReal) {
        throw DataException.doing("converting data for the model")
            .expected("values that fit " + target.label())
            .found(tensor.type().label() + " " + value)
            .where(where)
            .fix("Save the array in the element type of the model input.");
      }
    }
    return converted;
  }
}
