package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Numbers of dimensions of values, as far as declared shapes and operators tell. */
public final class Ranks {
  private static final Set<String> BROADCASTING =
      Set.of("Add", "Div", "MatMul", "Max", "Min", "Mul", "Pow", "Sub", "Sum", "Where");
  private static final Set<String> SAME_AS_FIRST =
      Set.of(
          "BiasGelu",
          "Cast",
          "Clip",
          "Concat",
          "DequantizeLinear",
          "Div",
          "Dropout",
          "Erf",
          "FastGelu",
          "Gelu",
          "Identity",
          "LayerNormalization",
          "LogSoftmax",
          "Neg",
          "QuantizeLinear",
          "Relu",
          "Sigmoid",
          "SimplifiedLayerNormalization",
          "SkipLayerNormalization",
          "SkipSimplifiedLayerNormalization",
          "Slice",
          "Softmax",
          "Sqrt",
          "Tanh");

  private final Map<String, Integer> ranks = new HashMap<>();

  private Ranks(Dataflow flow) {
    OnnxGraph graph = flow.graph();
    graph.initializers().forEach((name, tensor) -> ranks.put(name, tensor.dims().size()));
    graph.inputs().forEach(input -> put(input.name(), input.rank()));
    for (OnnxNode node : graph.nodes()) {
      int inferred = infer(flow, node);
      for (int i = 0; i < node.outputs().size(); i++) {
        int declared = graph.info(node.output(i)).map(info -> info.rank()).orElse(-1);
        put(node.output(i), declared >= 0 ? declared : ofOutput(node, i, inferred));
      }
    }
  }

  /** The ranks of all values of the graph. */
  public static Ranks of(Dataflow flow) {
    return new Ranks(flow);
  }

  /** The rank of {@code value}, or -1 where it cannot be told. */
  public int of(String value) {
    return ranks.getOrDefault(value, -1);
  }

  private void put(String value, int rank) {
    if (rank >= 0 && !value.isEmpty()) {
      ranks.put(value, rank);
    }
  }

  /** Some operators of ONNX Runtime have outputs of different ranks, whatever they are given. */
  private static int ofOutput(OnnxNode node, int output, int inferred) {
    if (!node.domain().equals("com.microsoft")) {
      return inferred;
    }
    return switch (node.opType()) {
      case "EmbedLayerNormalization" -> output == 1 ? 1 : 3;
      case "Attention" -> output == 0 ? 3 : 5;
      case "MultiHeadAttention", "GroupQueryAttention" -> output == 0 ? 3 : 4;
      default -> inferred;
    };
  }

  private int infer(Dataflow flow, OnnxNode node) {
    int first = of(node.input(0));
    if (node.is("Constant")) {
      return flow.graph().constant(node.output(0)).map(c -> c.dims().size()).orElse(-1);
    }
    if (SAME_AS_FIRST.contains(node.opType()) && !node.is("Div")) {
      return first;
    }
    if (BROADCASTING.contains(node.opType())) {
      int widest = 0;
      for (String input : node.inputs()) {
        widest = of(input) < 0 || widest < 0 ? -1 : Math.max(widest, of(input));
      }
      return widest;
    }
    return switch (node.opType()) {
      case "Transpose" -> node.intsAttribute("perm").map(p -> p.size()).orElse(first);
      case "Reshape" ->
          node.hasAttribute("shape")
              ? node.intsAttribute("shape").map(s -> s.size()).orElse(-1)
              : length(flow, node.input(1));
      case "Expand" -> Math.max(first, length(flow, node.input(1)));
      case "Shape" -> 1;
      case "ConstantOfShape" -> length(flow, node.input(0));
      case "Gemm", "Flatten" -> 2;
      case "Split" -> first;
      case "Gather" -> gatherRank(first, of(node.input(1)));
      case "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum" ->
          first < 0 || node.intAttribute("keepdims", 1) == 1
              ? first
              : plus(first, -axes(flow, node));
      case "Unsqueeze" -> first < 0 ? -1 : plus(first, axes(flow, node));
      case "Squeeze" -> first < 0 ? -1 : plus(first, -axes(flow, node));
      default -> -1;
    };
  }

  private static int gatherRank(int data, int indices) {
    return data < 0 || indices < 0 ? -1 : data + indices - 1;
  }

  private static int plus(int rank, int axes) {
    return axes == 0 ? -1 : rank + axes;
  }

  private static int axes(Dataflow flow, OnnxNode node) {
    return node.hasAttribute("axes")
        ? node.intsAttribute("axes").map(a -> a.size()).orElse(0)
        : flow.integers(node.input(1)).map(a -> a.size()).orElse(0);
  }

  /** How many elements a shape tensor has: a constant's size, or the parts of a Concat. */
  private int length(Dataflow flow, String shape) {
    var constant = flow.graph().constant(shape);
    if (constant.isPresent()) {
      return (int) constant.get().elementCount();
    }
    OnnxNode node = flow.graph().producer(shape).orElse(null);
    if (node == null) {
      return (int)
          flow.graph()
              .info(shape)
              .flatMap(i -> i.shape())
              .filter(s -> s.size() == 1)
              .map(s -> s.get(0).sizeOrMinusOne())
              .orElse(-1L)
              .longValue();
    }
    return switch (node.opType()) {
      case "Shape" -> sliceOfShape(node);
      case "Unsqueeze", "Reshape" -> of(node.input(0)) == 0 ? 1 : length(flow, node.input(0));
      case "Concat" -> {
        int sum = 0;
        for (String part : node.inputs()) {
          int n = length(flow, part);
          sum = n < 0 || sum < 0 ? -1 : sum + n;
        }
        yield sum;
      }
      case "Cast", "Identity" -> length(flow, node.input(0));
      case "Gather" -> of(node.input(1)) == 1 ? length(flow, node.input(1)) : -1;
      default -> -1;
    };
  }

  /** A Shape gives all dimensions, or those from {@code start} to before {@code end}. */
  private int sliceOfShape(OnnxNode shape) {
    int rank = of(shape.input(0));
    if (rank < 0) {
      return -1;
    }
    return Math.max(
        0,
        bound(shape.intAttribute("end", rank), rank) - bound(shape.intAttribute("start", 0), rank));
  }

  private static int bound(long position, int rank) {
    long fromFront = position < 0 ? position + rank : position;
    return (int) Math.max(0, Math.min(rank, fromFront));
  }
}
