package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** Finds the weights a node multiplies or looks up, through layout changes of constants. */
final class WeightInputs {
  private static final Set<String> LAYOUT = Set.of("Transpose", "Identity", "Reshape", "Cast");
  private static final int LONGEST_CHAIN = 8;

  private WeightInputs() {}

  /**
   * A weight.
   *
   * @param constant name of the constant
   * @param use the use of the constant on the way to the node
   * @param axes axes of the constant as the node treats them
   */
  record Weight(String constant, OnnxGraph.Use use, WeightAxes axes) {}

  static List<Weight> of(OnnxGraph graph, OnnxNode node) {
    List<Weight> weights = new ArrayList<>();
    for (int input : weightInputs(node)) {
      find(graph, node, input).ifPresent(weights::add);
    }
    return weights;
  }

  /** The weight that input {@code input} of {@code node} is; empty where it is none. */
  static Optional<Weight> at(OnnxGraph graph, OnnxNode node, int input) {
    return IntStream.of(weightInputs(node)).anyMatch(i -> i == input)
        ? find(graph, node, input)
        : Optional.empty();
  }

  private static int[] weightInputs(OnnxNode node) {
    if (!node.domain().isEmpty()) {
      boolean fusedMatMul = node.is("com.microsoft", "FusedMatMul");
      return fusedMatMul ? new int[] {0, 1} : new int[0];
    }
    return switch (node.opType()) {
      case "MatMul", "Gemm" -> new int[] {0, 1};
      case "Conv", "ConvTranspose", "LayerNormalization", "RMSNormalization" -> new int[] {1};
      case "Gather" -> new int[] {0};
      case "Mul" -> new int[] {0, 1};
      default -> new int[0];
    };
  }

  private static Optional<Weight> find(OnnxGraph graph, OnnxNode node, int input) {
    OnnxNode reader = node;
    int at = input;
    List<OnnxNode> transposes = new ArrayList<>();
    boolean shapeKnown = true;
    for (int step = 0; step < LONGEST_CHAIN && reader.hasInput(at); step++) {
      String value = reader.input(at);
      Optional<ConstantTensor> constant = graph.constant(value);
      if (constant.isPresent()) {
        ConstantTensor tensor = constant.get();
        WeightAxes axes =
            shapeKnown ? axes(node, input, tensor.dims().size(), transposes) : WeightAxes.UNKNOWN;
        return isWeight(node, tensor)
            ? Optional.of(new Weight(value, new OnnxGraph.Use(reader, at), axes))
            : Optional.empty();
      }
      Optional<OnnxNode> producer =
          graph.producer(value).filter(n -> n.domain().isEmpty() && LAYOUT.contains(n.opType()));
      if (producer.isEmpty()) {
        return Optional.empty();
      }
      reader = producer.get();
      at = 0;
      shapeKnown &= !reader.is("Reshape");
      if (reader.is("Transpose")) {
        transposes.add(reader);
      }
    }
    return Optional.empty();
  }

  /** Scalars scale scores or constants of activation functions; vectors scale only in norms. */
  private static boolean isWeight(OnnxNode node, ConstantTensor tensor) {
    if (!tensor.type().isFloat()) {
      return false;
    }
    int rank = tensor.dims().size();
    return switch (node.opType()) {
      case "LayerNormalization", "RMSNormalization" -> true;
      case "Mul" -> rank == 1 && tensor.elementCount() > 1;
      default -> rank >= 2;
    };
  }

  /** Axes as the node sees them, followed back through the transposes to the stored constant. */
  private static WeightAxes axes(OnnxNode node, int input, int rank, List<OnnxNode> transposes) {
    int channel = -1;
    int sum = -1;
    switch (node.opType()) {
      case "MatMul", "FusedMatMul" -> {
        boolean transposed = node.intAttribute(input == 0 ? "transA" : "transB", 0) != 0;
        boolean lastIsChannel = (input == 1) != transposed;
        channel = lastIsChannel ? rank - 1 : rank - 2;
        sum = lastIsChannel ? rank - 2 : rank - 1;
      }
      case "Gemm" -> {
        boolean transposed = node.intAttribute(input == 0 ? "transA" : "transB", 0) != 0;
        boolean lastIsChannel = (input == 1) != transposed;
        channel = lastIsChannel ? 1 : 0;
        sum = lastIsChannel ? 0 : 1;
      }
      case "Conv" -> {
        channel = 0;
        sum = 1;
      }
      case "Gather" -> {
        int axis = (int) node.intAttribute("axis", 0);
        channel = axis < 0 ? axis + rank : axis;
        // A looked-up row is summed over later, along its own last axis.
        sum = channel == rank - 1 ? -1 : rank - 1;
      }
      default -> {
        // Norms have one vector: nothing to tell apart.
      }
    }
    for (OnnxNode transpose : transposes) {
      List<Long> perm = transpose.intsAttribute("perm").orElse(List.of());
      channel = before(channel, perm, rank);
      sum = before(sum, perm, rank);
    }
    return new WeightAxes(optional(channel), optional(sum));
  }

  private static int before(int axis, List<Long> perm, int rank) {
    if (axis < 0) {
      return axis;
    }
    return perm.isEmpty() ? rank - 1 - axis : Math.toIntExact(perm.get(axis));
  }

  private static OptionalInt optional(int axis) {
    return axis < 0 ? OptionalInt.empty() : OptionalInt.of(axis);
  }
}
