package dev.tailgate.engine.gradient;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * A small graph whose gradients {@link GradientCheck} compares with others:
 *
 * <pre>{@code
 * GradientCase.of("MatMul of matrices")
 *     .variable("a", 2, 3)
 *     .variable("b", 3, 4)
 *     .gives(in -> in.at("a").matMul(in.at("b")));
 * }</pre>
 *
 * <p>Variables are seeded by the name of the case. They are doubles where nothing else is said, so
 * that differences are exact to ten digits; an operator for which ONNX Runtime has float32 kernels
 * only needs {@link #inFloat32}.
 */
public final class GradientCase {
  /** The inputs of a formula, and constants in its element type. */
  public record Inputs(GraphBuilder graph, ElementType type, Map<String, Value> values) {
    /** The variable, or the data, of that name. */
    public Value at(String name) {
      Value value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException("The case has no " + name);
      }
      return value;
    }

    /** A scalar of the type of the variables. */
    public Value real(double value) {
      return graph.scalar(type, value);
    }

    /** A constant of the type of the variables. */
    public Value reals(List<Long> dims, double... values) {
      return graph.constant(ConstantTensor.ofReals("", type, dims, values));
    }
  }

  private final String name;
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final Map<String, double[]> values = new LinkedHashMap<>();
  private final Map<String, Tensor> data = new LinkedHashMap<>();
  private final Random random;
  private Function<Inputs, List<Value>> formula = in -> List.of();
  private ElementType type = ElementType.DOUBLE;
  private long opset = 18;
  private boolean needsRank;

  private GradientCase(String name) {
    this.name = name;
    this.random = new Random(name.hashCode());
  }

  /** A case without inputs yet; its name seeds its values and finds its fixture. */
  public static GradientCase of(String name) {
    return new GradientCase(name);
  }

  /** A variable of standard normal values. */
  public GradientCase variable(String variable, long... dims) {
    return variable(variable, x -> x, dims);
  }

  /**
   * A variable of standard normal values that go through a function, to stay where it is smooth.
   */
  public GradientCase variable(String variable, DoubleUnaryOperator to, long... dims) {
    double[] drawn =
        new double[Math.toIntExact(Arrays.stream(dims).reduce(1, Math::multiplyExact))];
    Arrays.setAll(drawn, i -> to.applyAsDouble(random.nextGaussian()));
    return values(variable, drawn, dims);
  }

  /** A variable of given values. */
  public GradientCase values(String variable, double[] given, long... dims) {
    shapes.put(variable, dims.clone());
    values.put(variable, given.clone());
    return this;
  }

  /** An input without a gradient, such as ids or a mask. */
  public GradientCase data(String input, Tensor tensor) {
    data.put(input, tensor);
    return this;
  }

  /** An int64 input. */
  public GradientCase ids(String input, long[] ids, long... dims) {
    return data(input, Tensor.ofLongs(ids, dims));
  }

  /** A boolean input. */
  public GradientCase mask(String input, boolean[] mask, long... dims) {
    Tensor tensor = Tensor.allocate(ElementType.BOOL, dims);
    for (int i = 0; i < mask.length; i++) {
      tensor.data().put(i, (byte) (mask[i] ? 1 : 0));
    }
    return data(input, tensor);
  }

  /** What the graph computes. */
  public GradientCase gives(Function<Inputs, Value> one) {
    return givesAll(in -> List.of(one.apply(in)));
  }

  /** What the graph computes, with several outputs; each is weighed. */
  public GradientCase givesAll(Function<Inputs, List<Value>> all) {
    formula = all;
    return this;
  }

  /** Computes in float32, where ONNX Runtime has no other kernel. */
  public GradientCase inFloat32() {
    type = ElementType.FLOAT;
    return this;
  }

  /** Writes the graph for another opset than 18. */
  public GradientCase opset(long version) {
    opset = version;
    return this;
  }

  /** The rule refuses where not even ranks are known, which is then expected. */
  public GradientCase needsRank() {
    needsRank = true;
    return this;
  }

  String name() {
    return name;
  }

  Map<String, long[]> shapes() {
    return shapes;
  }

  Map<String, double[]> values() {
    return values;
  }

  Map<String, Tensor> data() {
    return data;
  }

  ElementType type() {
    return type;
  }

  long opset() {
    return opset;
  }

  boolean isRankNeeded() {
    return needsRank;
  }

  List<Value> outputs(GraphBuilder graph, ElementType as, Map<String, Value> inputs) {
    return new ArrayList<>(formula.apply(new Inputs(graph, as, inputs)));
  }

  @Override
  public String toString() {
    return name;
  }
}
