package dev.tailgate.model;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
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

  private final GraphBuilder graph;
  private final Room room;
  private final long seed;
  private final String path;

  private Net(GraphBuilder graph, Room room, long seed, String path) {
    this.graph = graph;
    this.room = room;
    this.seed = seed;
    this.path = path;
  }

  /** An empty graph. */
  public static Net of(long seed) {
    return new Net(GraphBuilder.on(OnnxModel.blank(OPSET)), Room.ofHeap(), seed, "");
  }

  /** The same graph, seen from a module of this one. */
  public Net at(String name) {
    return new Net(graph, room, seed, path + name + ".");
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
   * @throws ModelException for sizes below 1, and for more elements than memory holds
   */
  public Value weight(String name, Init init, long... dims) {
    SplittableRandom random = new SplittableRandom(stream(path + name));
    float[] values = elements(name, dims);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) init.next(random);
    }
    return constant(name, values, dims);
  }

  /**
   * Room for the elements of a constant, all 0.
   *
   * @throws ModelException as a {@link #weight} does
   */
  public float[] elements(String name, long... dims) {
    return new float[room.take(path + name, dims)];
  }

  /** A float32 constant of these values, a weight or a table. */
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

  /** FNV-1a over the name, mixed with the seed by the golden ratio in 64 bits. */
  private long stream(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return hash ^ (0x9E3779B97F4A7C15L * (seed + 1));
  }
}
