package dev.tailgate.run.quantize;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** Measures what a model takes on disk and how much of it is quantized. */
final class FileSizes {
  private FileSizes() {}

  static QuantizeOutcome.Sizes of(
      OnnxModel model, OnnxModel written, Collection<QuantPoint> points) {
    long weights = 0;
    for (ConstantTensor tensor : model.graph().initializers().values()) {
      weights += tensor.type().isFloat() ? tensor.elementCount() : 0;
    }
    long quantized = 0;
    for (QuantPoint point : points) {
      if (point instanceof QuantPoint.Weight weight) {
        quantized += weight.dims().stream().mapToLong(d -> d).reduce(1, Math::multiplyExact);
      }
    }
    return new QuantizeOutcome.Sizes(
        bytes(model), bytes(written), Math.max(weights, quantized), quantized);
  }

  private static long bytes(OnnxModel model) {
    try {
      long total = 0;
      for (Path file : model.files()) {
        total += Files.size(file);
      }
      return total;
    } catch (IOException e) {
      throw new UncheckedIOException("Reading the size of " + model.path(), e);
    }
  }
}
