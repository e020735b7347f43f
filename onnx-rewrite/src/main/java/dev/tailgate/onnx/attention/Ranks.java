package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Numbers of dimensions of values, as far as declared shapes and operators tell. What is not known
 * when a node is met stays unknown, but for the operands of {@code Attention}, whose rank its
 * attributes say: {@code q_num_heads} belongs to three dimensions, and without it there are four.
 */
public final class Ranks {
  private static final Set<String> BROADCASTING =
      words(
          """
          Add And BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual
          Max Mean Min Mod Mul Or PRelu Pow Sub Sum Where Xor
          """);
  private static final Set<String> SAME_AS_FIRST =
      words(
          """
          Abs Acos Asin Atan AveragePool BatchNormalization BiasGelu BitwiseNot Cast CastLike Ceil
          Celu Clip Conv ConvTranspose Cos CumSum DepthToSpace DequantizeLinear Dropout
          DynamicQuantizeLinear Elu Erf Exp FastGelu Floor GatherElements Gelu GlobalAveragePool
          GlobalMaxPool GroupNorm GroupNormalization HardSigmoid HardSwish Identity
          InstanceNormalization IsInf IsNaN LRN LayerNormalization LeakyRelu Log LogSoftmax
          LpNormalization MaxPool Mish Neg Not Pad QuantizeLinear QuickGelu RMSNormalization
          Reciprocal Relu Resize RotaryEmbedding Round ScatterElements ScatterND Selu Shrink Sigmoid
          Sign SimplifiedLayerNormalization Sin SkipLayerNormalization
          SkipSimplifiedLayerNormalization Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt
          Swish Tan Tanh ThresholdedRelu Tile TopK Trilu
          """);

  private final Map<String, Integer> ranks = new HashMap<>();
  private final ShapeLengths lengths;

  private Ranks(Dataflow flow) {
    this.lengths = new ShapeLengths(flow, this);
    OnnxGraph graph = flow.graph();
    graph.initializers().forEach((name, tensor) -> ranks.put(name, tensor.dims().size()));
    graph.inputs().forEach(input -> put(input.name(), input.rank()));
    for (OnnxNode node : graph.nodes()) {
      if (node.is("Attention")) {
        stateOperands(node);
      }
      int inferred = infer(flow, node);
      for (int i = 0; i < node.outputs().size(); i++) {
        int declared = graph.info(node.output(i)).map(info -> info.rank()).orElse(-1);
        put(node.output(i), declared >= 0 ? declared : ofOutput(node, i, inferred));
      }
    }
  }

  private static Set<String> words(String text) {
    return Set.copyOf(Arrays.asList(text.strip().split("\\s+")));
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

  /** Queries, keys and values of ai.onnx {@code Attention}. */
  private void stateOperands(OnnxNode attention) {
    int stated = attention.hasAttribute("q_num_heads") ? 3 : 4;
    for (int i = 0; i < 3; i++) {
      if (of(attention.input(i)) < 0) {
        put(attention.input(i), stated);
      }
    }
  }

  /** Some operators have outputs of different ranks, whatever they are given. */
  private static int ofOutput(OnnxNode node, int output, int inferred) {
    if (!node.domain().equals("com.microsoft")) {
      return switch (node.opType()) {
        case "Attention" -> output == 0 ? inferred : 4;
        case "BatchNormalization" -> output == 0 ? inferred : 1;
        case "DynamicQuantizeLinear" -> output == 0 ? inferred : 0;
        default -> inferred;
      };
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
    if (SAME_AS_FIRST.contains(node.opType())) {
      return first;
    }
    if (BROADCASTING.contains(node.opType())) {
      return widest(node);
    }
    return switch (node.opType()) {
      case "Attention" -> first;
      case "Concat" -> node.inputs().stream().mapToInt(this::of).max().orElse(-1);
      case "MatMul", "MatMulInteger", "FusedMatMul" -> productRank(first, of(node.input(1)));
      case "Einsum" -> einsumRank(node.stringAttribute("equation", ""));
      case "Range" -> 1;
      case "NonZero" -> 2;
      case "Size" -> 0;
      case "OneHot" -> plus(first, 1);
      case "ArgMax", "ArgMin" ->
          first < 0 || node.intAttribute("keepdims", 1) == 1 ? first : first - 1;
      case "Transpose" -> node.intsAttribute("perm").map(p -> p.size()).orElse(first);
      case "Reshape" ->
          node.hasAttribute("shape")
              ? node.intsAttribute("shape").map(s -> s.size()).orElse(-1)
              : lengths.of(node.input(1));
      case "Expand" -> Math.max(first, lengths.of(node.input(1)));
      case "Shape" -> 1;
      case "ConstantOfShape" -> lengths.of(node.input(0));
      case "Gemm", "Flatten" -> 2;
      case "Gather" -> gatherRank(first, of(node.input(1)));
      case "ReduceL1",
          "ReduceL2",
          "ReduceLogSumExp",
          "ReduceMax",
          "ReduceMean",
          "ReduceMin",
          "ReduceProd",
          "ReduceSum",
          "ReduceSumSquare" ->
          first < 0 || node.intAttribute("keepdims", 1) == 1
              ? first
              : plus(first, -axes(flow, node));
      case "Unsqueeze" -> first < 0 ? -1 : plus(first, axes(flow, node));
      case "Squeeze" -> first < 0 ? -1 : plus(first, -axes(flow, node));
      default -> -1;
    };
  }

  private int widest(OnnxNode node) {
    int widest = 0;
    for (String input : node.inputs()) {
      widest = of(input) < 0 || widest < 0 ? -1 : Math.max(widest, of(input));
    }
    return widest;
  }

  /** A vector as operand of a product has no axis in the result. */
  private static int productRank(int left, int right) {
    if (left < 1 || right < 1) {
      return -1;
    }
    int vectors = (left == 1 ? 1 : 0) + (right == 1 ? 1 : 0);
    return Math.max(Math.max(left, right), 2) - vectors;
  }

  /** One axis for each letter behind the arrow; an ellipsis stands for any number. */
  private static int einsumRank(String equation) {
    int arrow = equation.indexOf("->");
    return arrow < 0 || equation.contains(".")
        ? -1
        : equation.substring(arrow + 2).replace(" ", "").length();
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
}
