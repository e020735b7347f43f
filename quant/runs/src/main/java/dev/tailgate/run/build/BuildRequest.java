package dev.tailgate.run.build;

import dev.tailgate.model.Architecture;
import dev.tailgate.model.Architectures;
import dev.tailgate.model.Fields;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import java.nio.file.Path;
import java.util.Map;

/**
 * An untrained model to be written.
 *
 * @param kind the name of the architecture
 * @param architecture its sizes
 * @param method what its attentions become; vanilla leaves them
 * @param seed draws the weights
 * @param out the file to write
 */
public record BuildRequest(
    String kind, Architecture architecture, MethodSpec method, long seed, Path out) {
  /**
   * A model of a named size with softmax attention, of seed 0.
   *
   * @throws ModelException for a kind or a size that is not there
   */
  public static BuildRequest of(String kind, String size, Path out) {
    Map<String, Architecture> sizes = Architectures.SIZES.get(kind);
    if (sizes == null) {
      throw unknown("architecture", kind, Architectures.SIZES.keySet());
    }
    Architecture architecture = sizes.get(size);
    if (architecture == null) {
      throw unknown("size of " + kind, size, sizes.keySet());
    }
    return new BuildRequest(kind, architecture, MethodSpec.of(Method.VANILLA), 0, out);
  }

  private static ModelException unknown(String what, String found, Iterable<String> known) {
    return ModelException.doing("building a model")
        .expected("one of " + String.join(", ", known))
        .found(found)
        .fix("Name another " + what + "; docs/models.md has them all.");
  }

  /**
   * The same with other values of some fields.
   *
   * @param fields texts by the names that recipes give the fields
   * @throws ModelException for an unknown field, text of another kind, and sizes that make no model
   */
  public BuildRequest with(Map<String, String> fields) {
    return new BuildRequest(kind, Fields.with(architecture, fields), method, seed, out);
  }

  /** The same with another method. */
  public BuildRequest with(MethodSpec other) {
    return new BuildRequest(kind, architecture, other, seed, out);
  }

  /** The same with other weights. */
  public BuildRequest seeded(long other) {
    return new BuildRequest(kind, architecture, method, other, out);
  }
}
