package dev.tailgate.quant.measure;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.engine.ActivationSizes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Learns the types and shapes that inner values have on a batch, by a {@code Shape} and none of the
 * elements of each: the values themselves stay in the runtime, whatever their size. Owns its
 * session.
 */
public final class ValueShapes implements AutoCloseable {
  /** {@code Compress}, which keeps none of the elements and so tells the type. */
  private static final int TYPED_OPSET = 9;

  private final OnnxModel model;
  private final RunnerOptions options;
  private final ModelRunner runner;
  private final Map<String, String> shapes;
  private final Map<String, String> types;

  private ValueShapes(
      OnnxModel model,
      RunnerOptions options,
      ModelRunner runner,
      Map<String, String> shapes,
      Map<String, String> types) {
    this.model = model;
    this.options = options;
    this.runner = runner;
    this.shapes = shapes;
    this.types = types;
  }

  /**
   * What a value was in a run.
   *
   * @param type float for models older than opset 9, which have no way to tell
   */
  @SuppressWarnings("ArrayRecordComponent") // copied on the way in and out
  public record Seen(ElementType type, long[] shape) {
    /** Copies the shape. */
    public Seen {
      shape = shape.clone();
    }

    @Override
    public long[] shape() {
      return shape.clone();
    }

    /** Number of elements. */
    public long elements() {
      return ValueShapes.elements(shape);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Seen seen && seen.type == type && Arrays.equals(seen.shape, shape);
    }

    @Override
    public int hashCode() {
      return 31 * type.hashCode() + Arrays.hashCode(shape);
    }
  }

  /** Loads {@code model} to be run on several batches. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // closed by close()
  public static ValueShapes of(OnnxModel model, Collection<String> values, RunnerOptions options) {
    GraphEdit edit = model.edit();
    // Shape has been there since the first opset.
    Ops ops = new Ops(model, edit, "ValueShapes", 1, "measuring shapes");
    Map<String, String> shapes = new LinkedHashMap<>();
    Map<String, String> types = new LinkedHashMap<>();
    for (String value : new LinkedHashSet<>(values)) {
      shapes.put(value, output(edit, ops.op("Shape", value), ElementType.INT64));
      if (model.opset() >= TYPED_OPSET) {
        String none =
            ops.op("Compress", ops.reshape(value, -1), ops.cast(ops.longs(0), ElementType.BOOL));
        types.put(value, output(edit, none, ElementType.UNDEFINED));
      }
    }
    return new ValueShapes(
        model,
        options,
        ModelRunner.open(edit.commit(), options.with(RunnerOptions.Optimization.NONE)),
        shapes,
        types);
  }

  private static String output(GraphEdit edit, String value, ElementType type) {
    edit.addOutput(new ValueInfo(value, type, Optional.empty()));
    return value;
  }

  /**
   * What the values are for {@code inputs}. It is the first run of a model in every command, so
   * that its sizes are bounded here.
   *
   * @throws dev.tailgate.engine.ModelRunException where the model does not run on them, or would
   *     take more memory than there is
   */
  public Map<String, Seen> on(Map<String, Tensor> inputs) {
    ActivationSizes.require(model, inputs, options);
    Set<String> wanted = new LinkedHashSet<>(shapes.values());
    wanted.addAll(types.values());
    Map<String, Tensor> outputs = runner.run(inputs, wanted);
    Map<String, Seen> found = new LinkedHashMap<>();
    shapes.forEach(
        (value, shape) -> {
          Tensor none = outputs.get(types.get(value));
          found.put(
              value,
              new Seen(
                  none == null ? ElementType.FLOAT : none.type(),
                  Objects.requireNonNull(outputs.get(shape)).toLongs()));
        });
    return found;
  }

  /** The shape of each of {@code values} for {@code inputs}. */
  public static Map<String, long[]> on(
      Map<String, Tensor> inputs,
      OnnxModel model,
      Collection<String> values,
      RunnerOptions options) {
    Map<String, long[]> found = new LinkedHashMap<>();
    try (ValueShapes shapes = of(model, values, options)) {
      shapes.on(inputs).forEach((value, seen) -> found.put(value, seen.shape()));
    }
    return found;
  }

  /** Number of elements. */
  public static long elements(long[] shape) {
    long count = 1;
    for (long dim : shape) {
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }

  @Override
  public void close() {
    runner.close();
  }
}
