package dev.tailgate.quant.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.data.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which kernels ONNX Runtime really runs, by one run with its profiling on. After optimisation
 * these are not the operators of the file: several may have been fused into one.
 *
 * <p>The profile names operators without their domain. A kernel counts as often as it ran, more
 * than once in the body of a loop.
 */
public final class KernelProfile {
  private static final String KERNEL = "_kernel_time";

  private KernelProfile() {}

  /**
   * Runs {@code model} on {@code batch} once.
   *
   * @return kernels by operator type, in alphabetical order
   * @throws ModelRunException where the model does not run
   */
  public static Map<String, Integer> of(OnnxModel model, Batch batch, RunnerOptions options) {
    try (ProfileFolder folder = ProfileFolder.open()) {
      return count(profile(model, batch, options, folder.prefix()));
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to profile the model", e);
    }
  }

  private static Path profile(OnnxModel model, Batch batch, RunnerOptions options, Path prefix) {
    Set<String> outputs = new HashSet<>();
    model.graph().outputs().forEach(output -> outputs.add(output.name()));
    try (ModelRunner runner = ModelRunner.openProfiled(model, options, prefix)) {
      Map<String, Tensor> ignored = runner.run(batch.inputs(), outputs);
      if (ignored.isEmpty()) {
        throw new ModelRunException("Failed to profile the model: it gave no output");
      }
      return runner.endProfiling();
    }
  }

  /** Reads the profile event by event; it may be long. */
  private static Map<String, Integer> count(Path profile) throws IOException {
    Map<String, Integer> kernels = new TreeMap<>();
    try (InputStream in = Files.newInputStream(profile);
        JsonParser json = new JsonFactory().createParser(in)) {
      String name = "";
      String operator = "";
      int depth = 0;
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          depth++;
        } else if (token == JsonToken.END_OBJECT && --depth == 0) {
          if (name.endsWith(KERNEL) && !operator.isEmpty()) {
            kernels.merge(operator, 1, Integer::sum);
          }
          name = "";
          operator = "";
        } else if (token == JsonToken.VALUE_STRING) {
          String field = String.valueOf(json.currentName());
          name = depth == 1 && field.equals("name") ? json.getText() : name;
          operator = depth == 2 && field.equals("op_name") ? json.getText() : operator;
        }
      }
    }
    return kernels;
  }
}
