package dev.tailgate.onnx.ir;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Element types of values: as the file declares them, else as operators give them. One pass, no
 * shapes; {@link ElementType#UNDEFINED} where an operator outside this table decides.
 */
public final class ElementTypes {
  private static final Set<String> TO_INT64 =
      Set.of("ArgMax", "ArgMin", "NonZero", "Shape", "Size");
  private static final Set<String> TO_BOOL =
      Set.of(
          "And",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "IsInf",
          "IsNaN",
          "Less",
          "LessOrEqual",
          "Not",
          "Or",
          "Xor");

  private final Map<String, ElementType> types = new HashMap<>();

  private ElementTypes(OnnxGraph graph) {
    graph.initializers().forEach((name, tensor) -> types.put(name, tensor.type()));
    graph.inputs().forEach(input -> types.put(input.name(), input.type()));
    for (OnnxNode node : graph.nodes()) {
      for (int i = 0; i < node.outputs().size(); i++) {
        String output = node.output(i);
        ElementType declared =
            graph.info(output).map(ValueInfo::type).orElse(ElementType.UNDEFINED);
        types.put(output, declared == ElementType.UNDEFINED ? output(node, i, this::of) : declared);
      }
    }
    types.remove("");
  }

  /** The types of all values of {@code graph}. */
  public static ElementTypes of(OnnxGraph graph) {
    return new ElementTypes(graph);
  }

  /** The type of {@code value}. */
  public ElementType of(String value) {
    return types.getOrDefault(value, ElementType.UNDEFINED);
  }

  /** Whether {@code value} is a float tensor that statistics apply to. */
  public boolean isFloat(String value) {
    return of(value).isFloat();
  }

  /**
   * The type of one output of a node by what the operator does.
   *
   * @param of the types of the values the node reads
   */
  public static ElementType output(OnnxNode node, int output, Function<String, ElementType> of) {
    String op = node.opType();
    if (TO_INT64.contains(op)) {
      return ElementType.INT64;
    }
    if (TO_BOOL.contains(op)) {
      return ElementType.BOOL;
    }
    return switch (op) {
      case "Cast" -> ElementType.ofCode((int) node.intAttribute("to", 0));
      case "Constant" -> ConstantNodes.value(node).map(c -> c.type()).orElse(ElementType.UNDEFINED);
      case "ConstantOfShape" ->
          node.tensorAttribute("value").map(c -> c.type()).orElse(ElementType.FLOAT);
      case "DequantizeLinear", "Where" -> of.apply(node.input(1));
      case "OneHot" -> of.apply(node.input(2));
      case "QuantizeLinear" -> node.hasInput(2) ? of.apply(node.input(2)) : ElementType.UINT8;
      case "DynamicQuantizeLinear" -> output == 1 ? ElementType.FLOAT : ElementType.UINT8;
      case "ConvInteger", "MatMulInteger" -> ElementType.INT32;
      case "MatMulIntegerToFloat" -> of.apply(node.input(2));
      case "QAttention" -> of.apply(node.input(3));
      case "QGemm" -> of.apply(node.input(node.hasInput(8) ? 8 : 1));
      case "GatherBlockQuantized" -> of.apply(node.input(2));
      case "QEmbedLayerNormalization" -> output == 1 ? ElementType.INT32 : of.apply(node.input(8));
      case "Dropout" -> output == 0 ? of.apply(node.input(0)) : ElementType.BOOL;
      case "MaxPool", "TopK", "Unique" -> output == 0 ? of.apply(node.input(0)) : ElementType.INT64;
      case "EmbedLayerNormalization" -> output == 1 ? ElementType.INT32 : of.apply(node.input(2));
      case FlatBranches.CHOICE -> of.apply(node.input(1 + output));
      case "If", "Scan" -> ofBody(node, output);
      // The body of a loop gives its condition first.
      case "Loop" -> ofBody(node, output + 1);
      default -> firstGiven(node, of);
    };
  }

  private static ElementType ofBody(OnnxNode node, int output) {
    return node.subgraphs().stream()
        .findFirst()
        .filter(body -> output < body.outputs().size())
        .map(body -> body.outputs().get(output).type())
        .orElse(ElementType.UNDEFINED);
  }

  private static ElementType firstGiven(OnnxNode node, Function<String, ElementType> of) {
    return node.inputs().stream()
        .filter(input -> !input.isEmpty())
        .findFirst()
        .map(of)
        .orElse(node.opType().startsWith("Random") ? ElementType.FLOAT : ElementType.UNDEFINED);
  }
}
