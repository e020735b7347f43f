package dev.tailgate.onnx.gradient.adjoint;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * One node seen by its {@link GradientRule}: its inputs and outputs as the forward pass computes
 * them, the gradients of its outputs (in the shape of each output), and where to put those of its
 * inputs. The model has opset {@link #OPSET} at least, and the newest forms of operators are those
 * of its opset.
 */
public final class Adjoint {
  /** The oldest opset that rules see: the first with all operators that they add. */
  public static final int OPSET = 18;

  private static final int MOST_INTEGERS = 4096;

  private final GraphBuilder graph;
  private final OnnxNode node;
  private final List<Optional<Value>> upstream;
  private final Predicate<String> wanted;
  private final KnownShapes shapes;
  private final BiConsumer<String, Value> sink;

  /**
   * Made by the pass.
   *
   * @param upstream the gradient of each output; empty where the scalar does not depend on it
   * @param wanted whether the gradient of a value is asked for
   * @param sink takes what is given, which is added up
   */
  public Adjoint(
      GraphBuilder graph,
      OnnxNode node,
      List<Optional<Value>> upstream,
      Predicate<String> wanted,
      KnownShapes shapes,
      BiConsumer<String, Value> sink) {
    this.graph = graph;
    this.node = node;
    this.upstream = upstream;
    this.wanted = wanted;
    this.shapes = shapes;
    this.sink = sink;
  }

  /** Where nodes are added. */
  public GraphBuilder graph() {
    return graph;
  }

  /** The node, for its attributes. */
  public OnnxNode node() {
    return node;
  }

  /** What is known of shapes, by name of value. */
  public KnownShapes shapes() {
    return shapes;
  }

  /** Whether optional input {@code i} is there. */
  public boolean has(int i) {
    return node.hasInput(i);
  }

  /** Input {@code i} as the forward pass has it. */
  public Value in(int i) {
    return graph.value(node.input(i));
  }

  /** Output {@code i} as the forward pass computes it. */
  public Value out(int i) {
    return graph.value(node.output(i));
  }

  /** The constant that input {@code i} is, where it is one. */
  public Optional<ConstantTensor> constant(int i) {
    return graph.constantOf(node.input(i));
  }

  /** The integers that input {@code i} is, where it is a constant of not too many. */
  public Optional<long[]> longs(int i) {
    return constant(i)
        .filter(tensor -> !tensor.type().isFloat() && tensor.elementCount() <= MOST_INTEGERS)
        .map(tensor -> tensor.toLongs(MOST_INTEGERS));
  }

  /** The size of input {@code i} along an axis, which may count from the end; -1 where unknown. */
  public long size(int i, long axis) {
    return dims(i)
        .map(dims -> dims.get(Math.toIntExact(axis < 0 ? axis + dims.size() : axis)))
        .map(Dim::sizeOrMinusOne)
        .orElse(-1L);
  }

  /** The number of dimensions of input {@code i}, where known. */
  public OptionalInt rank(int i) {
    return shapes.rank(node.input(i));
  }

  /** The dimensions of input {@code i}, where known. */
  public Optional<List<Dim>> dims(int i) {
    return shapes.of(node.input(i));
  }

  /** The gradient of the first output; for operators whose other outputs carry none. */
  public Value upstream() {
    for (int i = 1; i < upstream.size(); i++) {
      if (upstream.get(i).isPresent()) {
        throw refusal("the gradient of its output " + i + " is not defined here");
      }
    }
    return upstream.get(0).orElseThrow(() -> refusal("its first output has no gradient"));
  }

  /** The gradient of output {@code i}; empty where the scalar does not depend on it. */
  public Optional<Value> upstream(int i) {
    return i < upstream.size() ? upstream.get(i) : Optional.empty();
  }

  /** Whether the gradient of input {@code i} is wanted; what is given else is left out. */
  public boolean wants(int i) {
    return node.hasInput(i) && wanted.test(node.input(i));
  }

  /** Whether the gradient of a value of the forward pass is wanted. */
  public boolean wants(String value) {
    return !value.isEmpty() && wanted.test(value);
  }

  /** The node that makes input {@code i}; empty for inputs and initialisers. */
  public Optional<OnnxNode> producer(int i) {
    return graph.producerOf(node.input(i));
  }

  /**
   * Adds a contribution to the gradient of a value that a node before this one reads, for a rule
   * that passes several nodes at once.
   */
  public void giveTo(String value, Value gradient) {
    if (wants(value)) {
      sink.accept(value, gradient);
    }
  }

  /** Adds a contribution to the gradient of input {@code i}, in the shape of that input. */
  public void give(int i, Value gradient) {
    if (wants(i)) {
      sink.accept(node.input(i), gradient);
    }
  }

  /**
   * Adds a contribution that has the shape of output 0, to which input {@code i} was broadcast: it
   * is summed over the axes that were repeated.
   */
  public void giveBroadcast(int i, Value gradient) {
    if (wants(i)) {
      sink.accept(node.input(i), summedTo(gradient, node.output(0), i));
    }
  }

  /**
   * {@code gradient} summed to the shape of input {@code i}.
   *
   * @param like a value of the forward pass with the shape of {@code gradient}; empty text where
   *     there is none
   */
  public Value summedTo(Value gradient, String like, int i) {
    return BroadcastSum.of(this, gradient, like, node.input(i));
  }

  /** {@code gradient} where {@code mask} is true, and zero elsewhere. */
  public Value masked(Value gradient, Value mask) {
    ElementType type = gradient.type() == ElementType.UNDEFINED ? in(0).type() : gradient.type();
    // Half the time of Where in ONNX Runtime's kernels.
    return gradient.times(mask.of(ElementType.BOOL).cast(type));
  }

  /** {@code value} repeated to the shape of input {@code i}, to which it broadcasts. */
  public Value expanded(Value value, int i) {
    Optional<long[]> known =
        dims(i)
            .map(dims -> dims.stream().mapToLong(Dim::sizeOrMinusOne).toArray())
            .filter(sizes -> Arrays.stream(sizes).allMatch(size -> size >= 0));
    return value.expand(known.map(graph::longs).orElseGet(() -> in(i).shape()));
  }

  /**
   * {@code gradient}, which has as many elements as input {@code i}, in the shape of that input.
   *
   * @param like a value of the forward pass with the shape of {@code gradient}; empty text where
   *     there is none
   */
  public Value shapedAs(Value gradient, String like, int i) {
    return ShapedLike.of(this, gradient, like, node.input(i));
  }

  /** Zeros in the shape and type of a value of the forward pass. */
  public Value zerosLike(Value value) {
    return zeros(value.shape(), value.type());
  }

  /** Zeros of a float type in a shape that the graph computes. */
  public Value zeros(Value shape, ElementType type) {
    ConstantTensor zero = ConstantTensor.ofReals("", type, List.of(1L), 0);
    return graph.node("ConstantOfShape", shape).with("value", zero).value().of(type);
  }

  /** A refusal that names this node. */
  public ModelException refusal(String reason) {
    return ModelException.doing("differentiating the model")
        .expected("an operator with a gradient on the way from a weight to the loss")
        .found(node.opType() + ": " + reason)
        .where("node " + node.id())
        .fix("Freeze the weights before it (--freeze), or export the model without it.");
  }
}
