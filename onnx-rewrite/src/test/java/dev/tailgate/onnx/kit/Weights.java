package dev.tailgate.onnx.kit;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Float constants of one graph, drawn from one generator in the order they are asked for. */
public final class Weights {
  private final GraphBuilder graph;
  private final Random random;
  private final double deviation;

  private Weights(GraphBuilder graph, Random random, double deviation) {
    this.graph = graph;
    this.random = random;
    this.deviation = deviation;
  }

  /** Weights from N(0, deviation^2). */
  public static Weights normal(GraphBuilder graph, Random random, double deviation) {
    return new Weights(graph, random, deviation);
  }

  /** The next weight; under an empty name one that is made up. */
  public Value of(String name, long... dims) {
    return filled(graph, name, i -> deviation * random.nextGaussian(), dims);
  }

  /** A weight of distinct values, 0.01, 0.02, ... */
  public static Value ramp(GraphBuilder graph, String name, long... dims) {
    return filled(graph, name, i -> 0.01f * (i + 1), dims);
  }

  /** A constant vector, a scalar for one value. */
  public static Value constant(GraphBuilder graph, float... values) {
    long[] dims = values.length == 1 ? new long[0] : new long[] {values.length};
    return filled(graph, "", i -> values[i], dims);
  }

  /** A constant of zeros. */
  public static Value zeros(GraphBuilder graph, long... dims) {
    return filled(graph, "", i -> 0, dims);
  }

  /** A constant whose elements are given by their index. */
  public static Value filled(
      GraphBuilder graph, String name, IntToDoubleFunction value, long... dims) {
    float[] values = new float[(int) Arrays.stream(dims).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.applyAsDouble(i);
    }
    return graph.constant(
        ConstantTensor.ofFloats(name, Arrays.stream(dims).boxed().toList(), values));
  }
}
