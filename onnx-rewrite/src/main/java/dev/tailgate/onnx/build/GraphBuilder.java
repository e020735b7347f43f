package dev.tailgate.onnx.build;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds a graph by formulas of {@link Value}s:
 *
 * <pre>{@code
 * GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
 * Value x = g.input("x", ElementType.FLOAT, Dim.of("batch"), Dim.of(16));
 * Value w = g.constant(ConstantTensor.ofFloats("w", List.of(16L, 4L), weights));
 * OnnxModel model = g.output("y", x.matMul(w).plus(1).relu()).model();
 * }</pre>
 *
 * <p>An operator without a method of its own is a {@link #node}. While a {@link #body} is being
 * built, what is added goes into it, whichever graph the values come from. Belongs to one thread.
 */
public final class GraphBuilder {
  private record Frame(GraphEdit edit, Ops ops) {}

  private final OnnxModel base;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private @Nullable ElementTypes types;

  private GraphBuilder(OnnxModel base) {
    this.base = base;
    push(base.edit());
  }

  /** Builds in a blank model, or goes on in one that has a graph. */
  public static GraphBuilder on(OnnxModel base) {
    return new GraphBuilder(base);
  }

  private void push(GraphEdit edit) {
    frames.push(new Frame(edit, new Ops(base, edit)));
  }

  private GraphEdit edit() {
    return frames.element().edit();
  }

  Ops ops() {
    return frames.element().ops();
  }

  /** The operator set that is built in. */
  public int opset() {
    return base.opset();
  }

  /** An input of the model; without dimensions a scalar. */
  public Value input(String name, ElementType type, Dim... dims) {
    return input(new ValueInfo(name, type, Optional.of(List.of(dims))));
  }

  /** An input of the model with fixed dimensions. */
  public Value input(String name, ElementType type, long... dims) {
    return input(new ValueInfo(name, type, Optional.of(Dim.sizes(dims))));
  }

  /** A scalar input of the model. */
  public Value input(String name, ElementType type) {
    return input(name, type, new long[0]);
  }

  /** An input of the model as it is declared. */
  public Value input(ValueInfo info) {
    if (info.name().isEmpty() || info.type() == ElementType.UNDEFINED) {
      throw new IllegalArgumentException("An input needs a name and a type, not " + info);
    }
    requireMain("an input of the model");
    edit().addInput(info);
    return made(info.name(), info.type());
  }

  /** A constant under its own name, or where that is empty under one that is made up. */
  public Value constant(ConstantTensor tensor) {
    String name = tensor.name();
    if (name.isEmpty()) {
      name = edit().constant(tensor);
    } else {
      edit().namedConstant(tensor);
    }
    return made(name, tensor.type());
  }

  /** A constant without dimensions; equal ones are shared. */
  public Value scalar(ElementType type, double value) {
    return made(ops().scalar(type, value), type);
  }

  /** A constant vector of int64; equal ones are shared. */
  public Value longs(long... values) {
    return made(ops().longs(values), ElementType.INT64);
  }

  /** What stands for an optional input that is left out. */
  public Value none() {
    return made("", ElementType.UNDEFINED);
  }

  /** A value of the model that is being extended. */
  public Value value(String name) {
    return new Value(this, frames.getLast().edit(), name, types().of(name));
  }

  private ElementTypes types() {
    if (types == null) {
      types = ElementTypes.of(base.graph());
    }
    return types;
  }

  /** The constant that a value of the model that is being extended is, where it is one. */
  public Optional<ConstantTensor> constantOf(String value) {
    return base.graph().constant(value);
  }

  /** The node of the model that is being extended that makes a value of it. */
  public Optional<OnnxNode> producerOf(String value) {
    return base.graph().producer(value);
  }

  /** A value by its name in the edit, made in the graph that is being built. */
  Value made(String name, ElementType type) {
    return new Value(this, edit(), name, type);
  }

  /** {@code name}, which is taken from now on. */
  String free(String name) {
    edit().take(name);
    return name;
  }

  /** Starts a node of any operator. */
  public Operator node(String op, Value... inputs) {
    for (Value input : inputs) {
      input.requireOf(this, op);
    }
    String[] ids = Arrays.stream(inputs).map(Value::id).toArray(String[]::new);
    return new Operator(this, ops().node(op, ids), op, List.of(inputs));
  }

  /**
   * What a pass writes for a value.
   *
   * @param nodes from the operators of this graph and the value's name to the last node
   */
  public Value written(Value from, BiFunction<Ops, String, NodeDraft> nodes) {
    from.requireOf(this, "nodes of a pass");
    return made(nodes.apply(ops(), from.id()).add(), from.type());
  }

  /** {@code Concat} along {@code axis}. */
  public Value concat(long axis, Value... values) {
    return node("Concat", values).with("axis", axis).value();
  }

  /**
   * Builds a graph for an attribute. It may use all values made so far, and nothing outside may use
   * what is made in it.
   *
   * @param inputs its inputs; a name that is taken gets a number
   * @param formula from the inputs to the outputs
   */
  public Body body(List<ValueInfo> inputs, Function<List<Value>, List<Value>> formula) {
    GraphEdit inner = edit().inner();
    push(inner);
    try {
      List<Value> parameters = new ArrayList<>();
      for (ValueInfo input : inputs) {
        String name = inner.fresh(input.name());
        inner.addInput(new ValueInfo(name, input.type(), input.shape()));
        parameters.add(made(name, input.type()));
      }
      List<Value> outputs = formula.apply(parameters);
      Set<String> declared = new HashSet<>();
      for (Value output : outputs) {
        output.requireOf(this, "a body");
        // What comes from outside, or is given twice, needs a node that makes it here.
        boolean isOwn = inner.makes(output.id()) && declared.add(output.id());
        Value given = isOwn ? output : output.op("Identity");
        inner.addOutput(new ValueInfo(given.name(), given.type(), Optional.empty()));
      }
      return new Body(inner, outputs.size());
    } finally {
      frames.pop();
    }
  }

  /** {@code If}: the values of one branch or the other, which are computed only when chosen. */
  public List<Value> choose(
      Value condition, Supplier<List<Value>> then, Supplier<List<Value>> otherwise) {
    Body first = body(List.of(), none -> then.get());
    Body second = body(List.of(), none -> otherwise.get());
    if (first.outputs() != second.outputs()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The branches give %d and %d values",
              first.outputs(),
              second.outputs()));
    }
    return node("If", condition)
        .with("then_branch", first)
        .with("else_branch", second)
        .values(first.outputs());
  }

  /**
   * {@code Loop} of a number of steps.
   *
   * @param trips how often, an int64 scalar
   * @param step from the number of the step, counted from 0, and the state to the next state,
   *     followed by values that are stacked over the steps
   * @return the last state, followed by what was stacked
   */
  public List<Value> loop(
      Value trips, List<Value> state, BiFunction<Value, List<Value>, List<Value>> step) {
    List<ValueInfo> inputs = new ArrayList<>();
    inputs.add(new ValueInfo("step", ElementType.INT64, Optional.of(List.of())));
    inputs.add(new ValueInfo("go", ElementType.BOOL, Optional.of(List.of())));
    state.forEach(value -> inputs.add(value.element("state")));
    Body body =
        body(
            inputs,
            given -> {
              List<Value> next = new ArrayList<>(List.of(given.get(1)));
              next.addAll(step.apply(given.get(0), given.subList(2, given.size())));
              return next;
            });
    Value[] all = Stream.concat(Stream.of(trips, none()), state.stream()).toArray(Value[]::new);
    return node("Loop", all).with("body", body).values(body.outputs() - 1);
  }

  /**
   * {@code Scan} over the first axis of some sequences of one length.
   *
   * @param step from the state and the elements of the sequences to the next state, followed by
   *     values that are stacked over the steps
   * @return the last state, followed by what was stacked
   */
  public List<Value> scan(
      List<Value> state,
      List<Value> sequences,
      BiFunction<List<Value>, List<Value>, List<Value>> step) {
    List<ValueInfo> inputs = new ArrayList<>();
    state.forEach(value -> inputs.add(value.element("state")));
    sequences.forEach(value -> inputs.add(value.element("element")));
    int states = state.size();
    Body body =
        body(
            inputs,
            given -> step.apply(given.subList(0, states), given.subList(states, given.size())));
    Value[] all = Stream.concat(state.stream(), sequences.stream()).toArray(Value[]::new);
    return node("Scan", all)
        .with("num_scan_inputs", sequences.size())
        .with("body", body)
        .values(body.outputs());
  }

  /**
   * Defines an operator by a formula, from opset 14 on; a {@link #node} {@link Operator#from} its
   * domain applies it. The formula sees nothing but its inputs.
   */
  public GraphBuilder function(
      String domain, String name, List<String> inputs, Function<List<Value>, List<Value>> formula) {
    requireMain("a function");
    List<ValueInfo> named =
        inputs.stream()
            .map(input -> new ValueInfo(input, ElementType.UNDEFINED, Optional.empty()))
            .toList();
    edit().function(domain, name, body(named, formula).edit());
    return this;
  }

  /** Declares {@code value} as an output of the model under this name. */
  public GraphBuilder output(String name, Value value) {
    return output(new ValueInfo(name, value.type(), Optional.empty()), value);
  }

  /** Declares {@code value} as an output of the model with a type and a shape. */
  public GraphBuilder output(ValueInfo info, Value value) {
    requireMain("an output of the model");
    value.requireOf(this, "an output");
    boolean isCalledSo = value.name().equals(info.name());
    if (!isCalledSo || !edit().makes(value.id())) {
      boolean isFree = edit().makes(value.id()) && value.name().equals(value.id());
      (isFree ? value : value.op("Identity")).as(info.name());
    }
    edit().addOutput(info);
    return this;
  }

  /** Imports operators of another domain. */
  public GraphBuilder domain(String domain, long version) {
    frames.getLast().edit().importDomain(domain, version);
    return this;
  }

  /** Sets an entry of the metadata of the model. */
  public GraphBuilder metadata(String key, String value) {
    frames.getLast().edit().metadata(key, value);
    return this;
  }

  /**
   * The model as it is built so far.
   *
   * @throws ModelException where it breaks a rule of ONNX
   */
  public OnnxModel model() {
    requireMain("the model");
    OnnxModel model = edit().commit();
    if (model.graph().outputs().isEmpty()) {
      throw ModelException.doing("building a model")
          .expected("an output")
          .found("none")
          .fix("Declare what the model gives with output().");
    }
    return model;
  }

  private void requireMain(String what) {
    if (frames.size() > 1) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "Building %s inside a body", what));
    }
  }
}
