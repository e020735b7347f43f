package dev.tailgate.quant.data;

import dev.tailgate.onnx.ir.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.ShortBuffer;

/** Widens float tensors of any width to float32 on the heap. */
public final class Floats {
  private Floats() {}

  /**
   * All elements as float32; doubles are rounded.
   *
   * @throws IllegalArgumentException for tensors that do not hold floats
   */
  public static float[] of(Tensor tensor) {
    ByteBuffer data = tensor.data();
    switch (tensor.type()) {
      case FLOAT -> {
        return tensor.toFloats();
      }
      case DOUBLE -> {
        DoubleBuffer doubles = data.asDoubleBuffer();
        float[] values = new float[doubles.remaining()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) doubles.get(i);
        }
        return values;
      }
      case FLOAT16, BFLOAT16 -> {
        ShortBuffer halves = data.asShortBuffer();
        float[] values = new float[halves.remaining()];
        boolean brain = tensor.type() == dev.tailgate.onnx.ir.ElementType.BFLOAT16;
        for (int i = 0; i < values.length; i++) {
          short bits = halves.get(i);
          values[i] = brain ? Float.intBitsToFloat(bits << 16) : HalfFloat.toFloat(bits);
        }
        return values;
      }
      default -> throw new IllegalArgumentException("Not a float tensor: " + tensor);
    }
  }
}
