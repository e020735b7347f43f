package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;

/**
 * Tells which small net computes a gate from the map nearest to its sigmoid. Nothing behind that
 * map counts: the hidden state is made by linear maps and activations too.
 *
 * <pre>
 *   linear            sum over Dh of x [.., H, Dh] * w [H, Dh]; a product with w [H, Dh, 1]; an
 *                     Einsum that keeps H; or one product with w [Dh, 1] a head, put side by side
 *   mlp               such a map, or one with a matrix, of a ReLU
 *   all_heads_linear  x [.., D] W [D, H]
 * </pre>
 */
final class GateNet {
  private static final int STEPS = 12;
  private static final String LINEAR = "linear";

  private GateNet() {}

  /** The label of the gate kind before {@code sigmoid}; {@code linear} where no map is found. */
  static String kind(Dataflow flow, OnnxNode sigmoid) {
    String at = sigmoid.input(0);
    boolean headByHead = false;
    for (int i = 0; i < STEPS; i++) {
      OnnxNode node = flow.sourceNode(at).orElse(null);
      if (node == null) {
        return LINEAR;
      }
      Optional<Linear> linear = Linear.at(flow, node);
      if (linear.isPresent()) {
        return isRelu(flow, linear.get().input())
            ? "mlp"
            : headByHead || isOneHead(flow, linear.get()) ? LINEAR : "all_heads_linear";
      }
      if (node.is("ReduceSum")) {
        // Only the maker of the weighted values can be a ReLU; a sum of anything else is no map.
        return weighted(flow, node.input(0)).filter(x -> isRelu(flow, x)).isPresent()
            ? "mlp"
            : LINEAR;
      }
      headByHead |= node.is("Concat");
      Optional<String> next = onwards(flow, node);
      if (next.isEmpty()) {
        return LINEAR;
      }
      at = next.get();
    }
    return LINEAR;
  }

  /** Through biases, scales and the joining of heads that were computed one by one. */
  private static Optional<String> onwards(Dataflow flow, OnnxNode node) {
    return switch (node.opType()) {
      case "Add", "Sub", "Mul", "Div", "Concat" ->
          node.inputs().stream().filter(input -> !flow.isConstant(input)).findFirst();
      default -> Optional.empty();
    };
  }

  /** What is multiplied by constant weights to give {@code value}. */
  private static Optional<String> weighted(Dataflow flow, String value) {
    Optional<OnnxNode> product = flow.sourceNode(value).filter(n -> n.is("Mul"));
    return product
        .filter(n -> n.inputs().stream().anyMatch(flow::isConstant))
        .flatMap(n -> onwards(flow, n));
  }

  private static boolean isRelu(Dataflow flow, String value) {
    return flow.sourceNode(value).filter(n -> n.is("Relu")).isPresent();
  }

  /** Whether a head's number is made from that head's part alone. */
  private static boolean isOneHead(Dataflow flow, Linear linear) {
    OnnxNode product = linear.product();
    if (product.is("Einsum")) {
      return keepsSharedAxis(product);
    }
    if (!Dataflow.isProduct(product)) {
      return false;
    }
    int weight = product.input(0).equals(linear.input()) ? 1 : 0;
    List<Long> dims =
        flow.graph()
            .constant(flow.source(product.input(weight)))
            .map(ConstantTensor::dims)
            .orElse(List.of());
    return dims.size() != 2 || linear.outputWidth(flow).filter(width -> width == 1).isPresent();
  }

  /** Whether an axis of both operands is left in the result, as the heads of a batched product. */
  private static boolean keepsSharedAxis(OnnxNode einsum) {
    String equation = einsum.stringAttribute("equation", "").replace(" ", "");
    int comma = equation.indexOf(',');
    int arrow = equation.indexOf("->");
    if (comma < 0 || arrow < comma) {
      return false;
    }
    String first = equation.substring(0, comma);
    String second = equation.substring(comma + 1, arrow);
    String result = equation.substring(arrow + 2);
    return first
        .chars()
        .anyMatch(c -> Character.isLetter(c) && second.indexOf(c) >= 0 && result.indexOf(c) >= 0);
  }
}
