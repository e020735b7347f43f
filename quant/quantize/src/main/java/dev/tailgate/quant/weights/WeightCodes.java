package dev.tailgate.quant.weights;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleRuns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Streams a weight as the numbers that stand for it, in ONNX's raw storage: little-endian, elements
 * of 4 bits two a byte with the first in the lower half. Equal to what {@code QuantizeLinear}
 * gives, bit for bit.
 *
 * <p>Infinities saturate. NaN, for which runtimes disagree, becomes the zero point.
 */
public final class WeightCodes {
  private static final int BUFFER = 1 << 16;

  private final QuantParams params;
  private final ElementType type;
  private final ScaleRuns runs;
  private final WritableByteChannel out;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private long position;
  private int half = -1;

  private WeightCodes(
      QuantParams params, ElementType type, ScaleRuns runs, WritableByteChannel out) {
    this.params = params;
    this.type = type;
    this.runs = runs;
    this.out = out;
  }

  /** The element type the numbers are stored in. */
  public static ElementType storage(QuantParams params) {
    return params.format().storage().type();
  }

  /**
   * Writes the numbers, in memory that does not depend on the size of the weight.
   *
   * @throws IllegalArgumentException for parameters whose layout does not fit the weight
   */
  public static void write(ConstantTensor weight, QuantParams params, WritableByteChannel out)
      throws IOException {
    write(weight, params, storage(params), out);
  }

  /**
   * The same in a wider type than the numbers need.
   *
   * @param type an integer type that holds all numbers of the format, or the format's own
   */
  public static void write(
      ConstantTensor weight, QuantParams params, ElementType type, WritableByteChannel out)
      throws IOException {
    ScaleRuns runs = ScaleRuns.of(weight.dims(), params.layout());
    if (runs.scales() != params.count()) {
      throw new IllegalArgumentException(
          params.count() + " scales for " + weight + ", which needs " + runs.scales());
    }
    WeightCodes codes = new WeightCodes(params, type, runs, out);
    try {
      ElementReader.forEachChunk(weight, codes::accept);
      codes.finish();
    } catch (UncheckedIOException e) {
      throw new IOException("Writing the numbers of " + weight, e);
    }
  }

  private void accept(float[] values, int count) {
    runs.forEach(
        position,
        count,
        (from, to, scale, step) -> {
          for (int i = from; i < to; i++) {
            put(number(values[i], scale + step * (i - from)));
          }
        });
    position += count;
  }

  private int number(float value, int i) {
    int zero = params.zeroPoint(i);
    return Float.isNaN(value) ? zero : params.format().code(value / params.scale(i), zero);
  }

  private void put(int number) {
    switch (type.bits()) {
      case 4 -> {
        if (half < 0) {
          half = number & 0xF;
          return;
        }
        room(1).put((byte) (number << 4 | half));
        half = -1;
      }
      case 8 -> room(1).put((byte) number);
      default -> room(2).putShort((short) number);
    }
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      drain();
    }
    return buffer;
  }

  private void finish() {
    if (half >= 0) {
      room(1).put((byte) half);
    }
    drain();
  }

  private void drain() {
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    buffer.clear();
  }
}
