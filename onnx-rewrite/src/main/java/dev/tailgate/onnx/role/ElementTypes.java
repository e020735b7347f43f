package dev.tailgate.onnx.role;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

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
        types.put(output, declared == ElementType.UNDEFINED ? infer(graph, node, i) : declared);
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

  private ElementType infer(OnnxGraph graph, OnnxNode node, int output) {
    String op = node.opType();
    if (TO_INT64.contains(op)) {
      return ElementType.INT64;
    }
    if (TO_BOOL.contains(op)) {
      return ElementType.BOOL;
    }
    return switch (op) {
      case "Cast" -> ElementType.ofCode((int) node.intAttribute("to", 0));
      case "Constant" ->
          graph.constant(node.output(0)).map(c -> c.type()).orElse(ElementType.UNDEFINED);
      case "ConstantOfShape" ->
          node.tensorAttribute("value").map(c -> c.type()).orElse(ElementType.FLOAT);
      case "DequantizeLinear", "Where", "OneHot" -> of(node.input(op.equals("OneHot") ? 2 : 1));
      case "QuantizeLinear" -> node.hasInput(2) ? of(node.input(2)) : ElementType.UINT8;
      case "DynamicQuantizeLinear" -> output == 1 ? ElementType.FLOAT : ElementType.UINT8;
      case "ConvInteger", "MatMulInteger" -> ElementType.INT32;
      case "Dropout", "MaxPool" -> mask(node, output);
      case "TopK", "Unique" -> output == 0 ? of(node.input(0)) : ElementType.INT64;
      case "EmbedLayerNormalization" -> output == 1 ? ElementType.INT32 : of(node.input(2));
      case "If", "Scan" -> ofBody(node, output);
      // The body of a loop gives its condition first.
      case "Loop" -> ofBody(node, output + 1);
      default -> firstGiven(node);
    };
  }

  private static ElementType ofBody(OnnxNode node, int output) {
    return node.subgraphs().stream()
        .findFirst()
        .filter(body -> output < body.outputs().size())
        .map(body -> body.outputs().get(output).type())
        .orElse(ElementType.UNDEFINED);
  }

  private ElementType mask(OnnxNode node, int output) {
    if (output == 0) {
      return of(node.input(0));
    }
    return node.is("Dropout") ? ElementType.BOOL : ElementType.INT64;
  }

  private ElementType firstGiven(OnnxNode node) {
    return node.inputs().stream()
        .filter(input -> !input.isEmpty())
        .findFirst()
        .map(this::of)
        .orElse(node.opType().startsWith("Random") ? ElementType.FLOAT : ElementType.UNDEFINED);
  }
}
