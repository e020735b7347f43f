package dev.tailgate.quant.quantize;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.quant.scheme.QuantParams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Interim: whole and last-axis layouts in 8 bits. */
public final class WeightCodes {
  private WeightCodes() {}

  public static void write(ConstantTensor weight, QuantParams params, WritableByteChannel out)
      throws IOException {
    long[] at = {0};
    ElementReader.forEachChunk(
        weight,
        (values, count) -> {
          ByteBuffer bytes = ByteBuffer.allocate(count);
          for (int i = 0; i < count; i++) {
            int scale = params.count() == 1 ? 0 : (int) ((at[0] + i) % params.count());
            bytes.put((byte) (int) params.quantize(values[i], scale));
          }
          at[0] += count;
          try {
            out.write(bytes.flip());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
