package dev.tailgate.model;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A graph that is being built, seen from one module of the model: weights made here are called
 * {@code path.name}. Each draws from a stream of its own, of the seed and that name.
 */
public final class Net {
  /** The operator set that models are built in. */
  public static final int OPSET = 18;

  private static final int LARGEST = Integer.MAX_VALUE / Float.BYTES;

  private final GraphBuilder graph;
  private final long seed;
  private final String path;

  private Net(GraphBuilder graph, long seed, String path) {
    this.graph = graph;
    this.seed = seed;
    this.path = path;
  }

  /** An empty graph. */
  public static Net of(long seed) {
    return new Net(GraphBuilder.on(OnnxModel.blank(OPSET)), seed, "");
  }

  /** The same graph, seen from a module of this one. */
  public Net at(String name) {
    return new Net(graph, seed, path + name + ".");
  }

  /** The same graph, seen from the module of that name and number. */
  public Net at(String name, int number) {
    return at(name + "." + number);
  }

  /** Where nodes are added. */
  public GraphBuilder graph() {
    return graph;
  }

  /**
   * A float32 weight.
   *
   * @throws IllegalArgumentException for sizes below 1, or more elements than an array holds
   */
  public Value weight(String name, Init init, long... dims) {
    SplittableRandom random = new SplittableRandom(stream(path + name));
    float[] values = new float[count(path + name, dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) init.next(random);
    }
    return constant(name, values, dims);
  }

  /** A float32 weight of these values. */
  public Value constant(String name, float[] values, long... dims) {
    List<Long> shape = Arrays.stream(dims).boxed().toList();
    return graph.constant(ConstantTensor.ofFloats(path + name, shape, values));
  }

  /** Random numbers of this module under a name. */
  public SplittableRandom random(String name) {
    return new SplittableRandom(stream(path + name));
  }

  /** Token ids {@code [batch, sequence]}. */
  public Value ids(String name) {
    return graph.input(name, ElementType.INT64, Dim.of("batch"), Dim.of("sequence"));
  }

  /** The model whose output is {@code value}. */
  public OnnxModel output(String name, Value value, Dim... dims) {
    ValueInfo info = new ValueInfo(name, value.type(), Optional.of(List.of(dims)));
    return graph.output(info, value).model();
  }

  /** The model whose output is a vector for each token. */
  public OnnxModel outputByToken(String name, Value value, long width) {
    return output(name, value, Dim.of("batch"), Dim.of("sequence"), Dim.of(width));
  }

  private static int count(String name, long... dims) {
    long count = 1;
    for (long dim : dims) {
      if (dim < 1 || dim > LARGEST / count) {
        throw new IllegalArgumentException(
            "Failed to make the weight "
                + name
                + ": expected sizes above 0 and at most "
                + LARGEST
                + " elements, found "
                + Arrays.toString(dims));
      }
      count *= dim;
    }
    return (int) count;
  }

  /** FNV-1a over the name, mixed with the seed by the golden ratio in 64 bits. */
  private long stream(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return hash ^ (0x9E3779B97F4A7C15L * (seed + 1));
  }
}
