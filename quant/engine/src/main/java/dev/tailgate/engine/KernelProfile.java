package dev.tailgate.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tailgate.engine.input.ReadableOutputs;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.file.WorkFolder;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which kernels ONNX Runtime really runs, by one run with its profiling on. After optimisation
 * these are not the operators of the file: several may have been fused into one.
 *
 * <p>The profile names operators without their domain. A kernel counts as often as it ran, more
 * than once in the body of a loop.
 */
public final class KernelProfile {
  private static final String KERNEL = "_kernel_time";

  private static final String BEFORE = "tailgate<";
  private static final String AFTER = ">";
  private static final Pattern NUMBER = Pattern.compile("tailgate<(\\d{1,9})>");

  private KernelProfile() {}

  /**
   * A kernel that ran.
   *
   * @param operator its type
   * @param nodes indices of nodes of the main graph it is named after; a kernel that the runtime
   *     made of several nodes is named after one of them or none
   */
  public record Kernel(String operator, Set<Integer> nodes) {}

  /**
   * Runs {@code model} on {@code inputs} once.
   *
   * @return kernels by operator type, in alphabetical order
   * @throws ModelRunException where the model does not run
   */
  public static Map<String, Integer> of(
      OnnxModel model, Map<String, Tensor> inputs, RunnerOptions options) {
    Map<String, Integer> kernels = new TreeMap<>();
    kernels(model, inputs, options)
        .forEach(kernel -> kernels.merge(kernel.operator(), 1, Integer::sum));
    return kernels;
  }

  /**
   * Runs {@code model} on {@code inputs} once and gives every kernel, in order of execution.
   *
   * @throws ModelRunException where the model does not run
   */
  public static List<Kernel> kernels(
      OnnxModel model, Map<String, Tensor> inputs, RunnerOptions options) {
    try (WorkFolder folder = WorkFolder.anywhere()) {
      // The runtime makes file names from this.
      Path prefix = folder.path().resolve("run");
      return read(profile(model.numbered(BEFORE, AFTER), inputs, options, prefix));
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to profile the model", e);
    }
  }

  private static Path profile(
      OnnxModel model, Map<String, Tensor> inputs, RunnerOptions options, Path prefix) {
    Set<String> outputs = ReadableOutputs.of(model.graph()).names();
    try (ModelRunner runner = ModelRunner.openProfiled(model, options, prefix)) {
      Map<String, Tensor> ignored = runner.run(inputs, outputs);
      if (ignored.isEmpty()) {
        throw new ModelRunException("Failed to profile the model: it gave no output");
      }
      return runner.endProfiling();
    }
  }

  /** Reads the profile event by event; it may be long. */
  private static List<Kernel> read(Path profile) throws IOException {
    List<Kernel> kernels = new ArrayList<>();
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
            kernels.add(new Kernel(operator, numbers(name)));
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

  private static Set<Integer> numbers(String name) {
    Set<Integer> numbers = new LinkedHashSet<>();
    Matcher matcher = NUMBER.matcher(name);
    while (matcher.find()) {
      numbers.add(Integer.parseInt(matcher.group(1)));
    }
    return numbers;
  }
}
