package dev.tailgate.train.optimiser;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.weight.WeightRole;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The graph that updates are added to: states, which are inputs replaced by outputs, and scalars
 * that all weights share. Scalars are computed in doubles from the step and the learning rate, as
 * PyTorch does on the host, and rounded once: {@code 1 - 0.999^t} in floats would lose four digits.
 *
 * <p>States are declared before any update is built, so that all updates can be a branch.
 */
public final class UpdateGraph {
  /** The input that is fed the learning rate of each step, a float without dimensions. */
  public static final String LEARNING_RATE = "tailgate/learning_rate";

  /** The state that counts steps, a double without dimensions. */
  public static final String STEP = "tailgate/step";

  private static final String NEXT = "tailgate/next/";

  private final GraphBuilder builder;
  private final Map<String, InitialState> initial = new LinkedHashMap<>();
  private final Map<String, Value> states = new LinkedHashMap<>();
  private final Map<String, Value> successors = new LinkedHashMap<>();
  private final Map<String, Value> scalars = new HashMap<>();
  private final Value rate;
  private final Value before;

  /**
   * What an optimiser is told of a weight.
   *
   * @param name the input that holds it
   * @param tensor what it is before the first step
   * @param role by which optimisers may choose
   * @param rate what the learning rate is multiplied by
   * @param decay how much of it is lost for each unit of the learning rate
   */
  public record Weight(
      String name, ConstantTensor tensor, WeightRole role, double rate, double decay) {
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
    this.before = declare(STEP, new InitialState.Zeros(ElementType.DOUBLE, List.of()));
  }

  /** Where nodes are added. */
  public GraphBuilder builder() {
    return builder;
  }

  /** Declares a further state. */
  public Value declare(String name, InitialState start) {
    List<Dim> dims = start.dims().stream().map(Dim::of).toList();
    return declare(
        name, start, builder.input(new ValueInfo(name, start.type(), Optional.of(dims))));
  }

  private Value declare(String name, InitialState start, Value value) {
    initial.put(name, start);
    states.put(name, value);
    return value;
  }

  /** Declares a weight, which is an input already, and its moments, which start as zeros. */
  public void declare(Weight weight, List<String> moments) {
    declare(
        weight.name(),
        new InitialState.Weight(weight.tensor(), 1),
        builder.value(weight.name()).of(weight.type()));
    for (String moment : moments) {
      declare(name(moment, weight), new InitialState.Zeros(weight.type(), weight.dims()));
    }
  }

  /** What a state of a weight is called that is no moment of every weight. */
  public static String name(String what, Weight weight) {
    return "tailgate/" + what + "/" + weight.name();
  }

  /** A state as it is before the step. */
  public Value state(String name) {
    return Objects.requireNonNull(states.get(name), name);
  }

  /** The weight before the step. */
  public Value weight(Weight weight) {
    return state(weight.name());
  }

  /** A moment of a weight before the step. */
  public Value moment(String moment, Weight weight) {
    return state(name(moment, weight));
  }

  /** The number of this step, counted from 1: a double without dimensions. */
  public Value step() {
    return shared("step", () -> before.plus(1));
  }

  /** The learning rate times {@code factor}, a double without dimensions. */
  public Value rate(double factor) {
    return factor == 1 ? rate : shared("rate " + factor, () -> rate.times(factor));
  }

  /** {@code 1 - r d} of a weight, in its type. */
  public Value kept(Weight weight) {
    return scalar(
        "kept " + weight.rate() + " " + weight.decay(),
        weight,
        () -> rate(weight.rate()).times(-weight.decay()).plus(1));
  }

  /** A double that is computed once, rounded to the type of {@code weight}. */
  public Value scalar(String key, Weight weight, Supplier<Value> formula) {
    return shared(
        key + " " + weight.type(),
        () -> shared(key, formula).cast(weight.type()).of(weight.type()));
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

  /** Says what a moment becomes. */
  public void next(String moment, Weight weight, Value value) {
    next(name(moment, weight), value);
  }

  /** Says what a state becomes. */
  public void next(String state, Value value) {
    if (!states.containsKey(state) || successors.put(state, value) != null) {
      throw new IllegalStateException(state + " is no state without a successor");
    }
  }

  /** What each state becomes, in the order in which they were declared. */
  public Map<String, Value> successors() {
    successors.computeIfAbsent(STEP, key -> step());
    Map<String, Value> ordered = new LinkedHashMap<>();
    states
        .keySet()
        .forEach(state -> ordered.put(state, successors.getOrDefault(state, states.get(state))));
    return ordered;
  }

  /** The states before the step, in the order in which they were declared. */
  public Map<String, Value> states() {
    return Collections.unmodifiableMap(states);
  }

  /** The output that replaces a state. */
  public static String output(String state) {
    return NEXT + state;
  }

  /** What each state is before the first step. */
  public Map<String, InitialState> initial() {
    return Collections.unmodifiableMap(initial);
  }
}
