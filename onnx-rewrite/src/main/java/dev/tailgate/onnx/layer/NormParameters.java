package dev.tailgate.onnx.layer;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.role.Norm;
import java.util.Map;
import java.util.Optional;

/** Finds gain and shift of norms: inputs of fused operators, or a Mul and an Add at the end. */
final class NormParameters {
  private static final int NONE = -1;

  /** By operator the inputs that hold gain and shift. */
  private static final Map<String, int[]> FUSED =
      Map.of(
          "LayerNormalization", new int[] {1, 2},
          "RMSNormalization", new int[] {1, NONE},
          "SimplifiedLayerNormalization", new int[] {1, NONE},
          "SkipLayerNormalization", new int[] {2, 3},
          "SkipSimplifiedLayerNormalization", new int[] {2, NONE},
          "EmbedLayerNormalization", new int[] {5, 6});

  private NormParameters() {}

  static NormLayer of(Dataflow flow, Norm norm) {
    Optional<OnnxNode> maker = flow.graph().producer(norm.output());
    int[] inputs = maker.map(n -> FUSED.get(n.opType())).orElse(null);
    if (inputs != null) {
      return new NormLayer(
          norm.input(),
          norm.output(),
          norm.centred(),
          vector(flow, maker.get(), inputs[0]),
          vector(flow, maker.get(), inputs[1]));
    }
    Optional<Parameter> shift = maker.filter(n -> n.is("Add")).flatMap(n -> operand(flow, n));
    Optional<OnnxNode> scaling =
        shift.isPresent()
            ? flow.graph().producer(other(shift.get().use())).filter(n -> n.is("Mul"))
            : maker.filter(n -> n.is("Mul"));
    return new NormLayer(
        norm.input(), norm.output(), norm.centred(), scaling.flatMap(n -> operand(flow, n)), shift);
  }

  private static String other(OnnxGraph.Use use) {
    return use.node().input(1 - use.inputIndex());
  }

  private static Optional<Parameter> operand(Dataflow flow, OnnxNode node) {
    return vector(flow, node, 0).or(() -> vector(flow, node, 1));
  }

  private static Optional<Parameter> vector(Dataflow flow, OnnxNode node, int input) {
    if (input == NONE || !node.hasInput(input)) {
      return Optional.empty();
    }
    String name = node.input(input);
    return flow.graph()
        .constant(name)
        .filter(c -> c.type().isFloat() && !c.dims().isEmpty())
        .filter(c -> c.dims().get(c.dims().size() - 1) == c.elementCount())
        .map(c -> new Parameter(name, new OnnxGraph.Use(node, input)));
  }
}
