package dev.tailgate.quant.scheme;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import java.util.Arrays;
import java.util.Optional;

/**
 * Integers: {@code [-2^(bits-1), 2^(bits-1) - 1]} when signed, {@code [0, 2^bits - 1]} when not.
 *
 * <p>Float32 loops round by adding {@code 1.5 * 2^23}, which leaves no bits below 1: half to even,
 * and off by one above 2^22, far outside a grid of 16 bits.
 */
public record IntegerFormat(int bits, boolean signed) implements NumberFormat {
  private static final int FEWEST = 2;
  private static final int MOST = 16;
  private static final int BYTE = 8;
  private static final int BYTE_OPSET = 10;
  private static final int WIDE_OPSET = 21;
  private static final float MAGIC = 12582912f;

  /** Refuses widths that no integer grid of this field has. */
  public IntegerFormat {
    if (bits < FEWEST || bits > MOST) {
      throw new IllegalArgumentException(
          "Integer formats have " + FEWEST + " to " + MOST + " bits, found " + bits);
    }
  }

  /** The format of a label; widths that no integer grid has are refused. */
  static Optional<IntegerFormat> named(String label) {
    if (!label.matches("u?int\\d{1,2}")) {
      return Optional.empty();
    }
    boolean signed = label.startsWith("int");
    int bits = Integer.parseInt(label.substring(signed ? 3 : 4));
    return Optional.of(new IntegerFormat(bits, signed));
  }

  @Override
  public String label() {
    return (signed ? "int" : "uint") + bits;
  }

  @Override
  public String inWords() {
    return bits + " bit, " + (signed ? "signed" : "unsigned");
  }

  /** Smallest integer. */
  public int qmin() {
    return signed ? -(1 << (bits - 1)) : 0;
  }

  /** Largest integer. */
  public int qmax() {
    return signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
  }

  @Override
  public double lowest() {
    return qmin();
  }

  @Override
  public double highest() {
    return qmax();
  }

  @Override
  public double[] numbers() {
    double[] numbers = new double[qmax() - qmin() + 1];
    Arrays.setAll(numbers, i -> qmin() + (double) i);
    return numbers;
  }

  @Override
  public boolean isUniform() {
    return true;
  }

  @Override
  public Optional<NumberFormat> unsigned() {
    return signed ? Optional.of(new IntegerFormat(bits, false)) : Optional.empty();
  }

  @Override
  public double round(double steps, int zeroPoint) {
    double q = Double.isNaN(steps) ? qmin() : Math.rint(steps) + zeroPoint;
    return Math.max(qmin(), Math.min(qmax(), q));
  }

  @Override
  public int code(float steps, int zeroPoint) {
    // Clipped before it is rounded, which is the same, so that the constant rounds it.
    float clipped = Math.max(qmin() - zeroPoint, Math.min(qmax() - zeroPoint, steps));
    return (int) ((clipped + MAGIC) - MAGIC) + zeroPoint;
  }

  @Override
  public void addSquaredErrors(float[] x, int from, int to, ErrorSums into) {
    float[] scales = into.scales();
    float[] lows = into.lows();
    float[] units = into.units();
    float[] sums = into.sums();
    float levels = qmax() - qmin();
    for (int i = from; i < to; i++) {
      float rounded = (x[i] / scales[i] + MAGIC) - MAGIC;
      float q = Math.min(Math.max(rounded, lows[i]), lows[i] + levels);
      float error = (q * scales[i] - x[i]) * units[i];
      sums[i] += error * error;
    }
  }

  @Override
  public String nearest(Ops ops, String steps) {
    String above = ops.op("Max", ops.round(steps), ops.scalar(qmin()));
    return ops.op("Min", above, ops.scalar(qmax()));
  }

  @Override
  public boolean hasOperators() {
    return bits == BYTE || bits == MOST;
  }

  @Override
  public OnnxStorage storage() {
    if (bits == 4) {
      return new OnnxStorage(signed ? ElementType.INT4 : ElementType.UINT4, WIDE_OPSET, true);
    }
    if (bits <= BYTE) {
      return new OnnxStorage(signed ? ElementType.INT8 : ElementType.UINT8, BYTE_OPSET, true);
    }
    return new OnnxStorage(signed ? ElementType.INT16 : ElementType.UINT16, WIDE_OPSET, true);
  }

  @Override
  public NumberFormat deployed(boolean wholeBytes) {
    boolean nibbles = bits == 4 && !wholeBytes;
    return new IntegerFormat(nibbles ? 4 : bits <= BYTE ? BYTE : MOST, signed);
  }
}
