package dev.tailgate.train.optimiser;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The graph that updates are added to: states, which are inputs replaced by outputs, and scalars
 * that all weights share. Scalars are computed in doubles from the step and the learning rate, as
 * PyTorch does on the host, and rounded once: {@code 1 - 0.999^t} in floats would lose four digits.
 */
public final class UpdateGraph {
  /** The input that is fed the learning rate of each step, a float without dimensions. */
  public static final String LEARNING_RATE = "tailgate/learning_rate";

  /** The state that counts steps, a double without dimensions. */
  public static final String STEP = "tailgate/step";

  private static final String NEXT = "tailgate/next/";

  private final GraphBuilder builder;
  private final Map<String, String> successors = new LinkedHashMap<>();
  private final Map<String, InitialState> initial = new LinkedHashMap<>();
  private final Map<String, Value> scalars = new HashMap<>();
  private final Value rate;
  private final Value step;

  /**
   * What an optimiser is told of a weight.
   *
   * @param name the input that holds it
   * @param tensor what it is before the first step
   * @param rate what the learning rate is multiplied by
   * @param decay how much of it is lost for each unit of the learning rate
   */
  public record Weight(String name, ConstantTensor tensor, double rate, double decay) {
    /** The element type. */
    public ElementType type() {
      return tensor.type();
    }

    /** The dimensions. */
    public List<Long> dims() {
      return tensor.dims();
    }
  }

  /** Updates behind the graph of {@code builder}, whose weights are inputs already. */
  public UpdateGraph(GraphBuilder builder) {
    this.builder = builder;
    this.rate = builder.input(LEARNING_RATE, ElementType.FLOAT).cast(ElementType.DOUBLE);
    Value before = state(STEP, new InitialState.Zeros(ElementType.DOUBLE, List.of()));
    this.step = before.plus(1);
    next(STEP, step);
  }

  /** Where nodes are added. */
  public GraphBuilder builder() {
    return builder;
  }

  /** The number of this step, counted from 1: a double without dimensions. */
  public Value step() {
    return step;
  }

  /** The learning rate times {@code factor}, a double without dimensions. */
  public Value rate(double factor) {
    return factor == 1 ? rate : shared("rate " + factor, () -> rate.times(factor));
  }

  /** What is computed once under a key that says what it is. */
  public Value shared(String key, Supplier<Value> formula) {
    Value known = scalars.get(key);
    if (known == null) {
      known = formula.get();
      scalars.put(key, known);
    }
    return known;
  }

  /** A further state, as it is before the step. */
  public Value state(String name, InitialState start) {
    initial.put(name, start);
    List<Dim> dims = start.dims().stream().map(Dim::of).toList();
    return builder.input(new ValueInfo(name, start.type(), Optional.of(dims)));
  }

  /** Zeros in the shape of {@code weight} before the first step, under a name with {@code what}. */
  public Value moment(String what, Weight weight) {
    return state(moment(what, weight.name()), new InitialState.Zeros(weight.type(), weight.dims()));
  }

  private static String moment(String what, String weight) {
    return "tailgate/" + what + "/" + weight;
  }

  /** Says what {@link #moment} becomes. */
  public void nextMoment(String what, Weight weight, Value value) {
    next(moment(what, weight.name()), value);
  }

  /** Says what a state becomes. */
  public void next(String state, Value value) {
    String output = NEXT + state;
    builder.output(output, value);
    successors.put(state, output);
  }

  /** Makes a state of a weight, which is an input already, and says what it becomes. */
  public void next(Weight weight, Value value) {
    initial.put(weight.name(), new InitialState.Weight(weight.tensor(), 1));
    next(weight.name(), value);
  }

  /** The output that replaces each state, in the order in which they came. */
  public Map<String, String> successors() {
    return Collections.unmodifiableMap(successors);
  }

  /** What each state is before the first step. */
  public Map<String, InitialState> initial() {
    return Collections.unmodifiableMap(initial);
  }
}
