package dev.tailgate.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import com.sun.management.OperatingSystemMXBean;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Bounds the activations of a model before it runs: a file of 200 bytes can ask for any size, and a
 * machine that runs out of memory ends whatever it likes. ONNX Runtime infers the shapes that
 * follow from those of the inputs and from constants, and computes nothing; a single activation of
 * more than a quarter of the memory is refused. Sizes that are computed from the elements of the
 * data are not known before, and not bounded here.
 */
public final class ActivationSizes {
  /** Where the system does not tell how much memory it has. */
  private static final long UNKNOWN_MEMORY = 8L << 30;

  private ActivationSizes() {}

  /**
   * Refuses a run that would need more memory than there is.
   *
   * @param inputs what the model would run on
   * @throws ModelRunException naming the first activation that is too large
   */
  public static void require(OnnxModel model, Map<String, Tensor> inputs, RunnerOptions options) {
    require(model, inputs, options, memory() / 4);
  }

  static void require(
      OnnxModel model, Map<String, Tensor> inputs, RunnerOptions options, long most) {
    try {
      ShapeInference.of(model, inputs, options)
          .forEach((name, info) -> requireBelow(most, name, info));
    } catch (OrtException e) {
      // The runtime refuses the model or these sizes; whoever runs it says so, with its own words.
    }
  }

  private static void requireBelow(long most, String name, TensorInfo info) {
    long[] shape = info.getShape();
    double bytes = info.type.size;
    for (long dim : shape) {
      if (dim < 0) {
        return;
      }
      bytes *= dim;
    }
    if (bytes > most) {
      throw new ModelRunException(
          String.format(
              Locale.ROOT,
              "Failed to run the model: expected activations of at most %.1f GB, a quarter of the"
                  + " memory of this machine, found %s %s of %.1f GB at %s. Lower --batch-size or"
                  + " --sequence-length; a model that asks for as much with small ones may be"
                  + " damaged or hostile.",
              most / 1e9,
              info.type.name().toLowerCase(Locale.ROOT),
              Arrays.stream(shape)
                  .mapToObj(Long::toString)
                  .collect(Collectors.joining(", ", "[", "]")),
              bytes / 1e9,
              Printable.of(name)));
    }
  }

  /** Bytes of memory of this machine, or of the container it runs in. */
  static long memory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : UNKNOWN_MEMORY;
  }
}
