package dev.tailgate.onnx.quantized;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;

/** Emits the nodes of a {@link DequantizedForm}: codes become reals, reals become codes. */
final class RealNodes {
  static final String CONTRIB = "com.microsoft";
  private static final int FIRST_OPSET = 10;
  private static final int AXIS_OPSET = 13;

  private final OnnxGraph graph;
  private final Ops ops;

  RealNodes(OnnxModel model, GraphEdit edit) {
    this.graph = model.graph();
    this.ops = new Ops(model, edit, "DequantizedForm");
  }

  OnnxGraph graph() {
    return graph;
  }

  Ops ops() {
    return ops;
  }

  /** Input {@code codes} of {@code node} as reals, one scale a tensor or one along {@code axis}. */
  String real(OnnxNode node, int codes, int scale, int zeroPoint, int axis) {
    return real(node.input(codes), node.input(scale), input(node, zeroPoint), axis);
  }

  /**
   * Codes as reals.
   *
   * @param zeroPoint empty for 0
   * @param axis where there are several scales, the one they lie along
   */
  String real(String codes, String scale, String zeroPoint, int axis) {
    long scales = count(scale);
    if (scales == 1) {
      return dequantize(codes, scale, zeroPoint, FIRST_OPSET).add();
    }
    String along = isVector(scale) ? scale : ops.reshape(scale, -1);
    boolean shared = !zeroPoint.isEmpty() && count(zeroPoint) == 1;
    String zeros = shared ? ops.op("Expand", zeroPoint, ops.longs(scales)) : zeroPoint;
    return dequantize(codes, along, zeros, AXIS_OPSET).attribute("axis", (long) axis).add();
  }

  /** A bias of int32 as reals, {@code scales} being the product of those of both factors. */
  String bias(String codes, String scales, long count) {
    NodeDraft node = dequantize(codes, scales, "", count == 1 ? FIRST_OPSET : AXIS_OPSET);
    return (count == 1 ? node : node.attribute("axis", 0L)).add();
  }

  private NodeDraft dequantize(String codes, String scale, String zeroPoint, int first) {
    NodeDraft node = ops.node("DequantizeLinear", codes, scale);
    return inDomain(zeroPoint.isEmpty() ? node : node.in(zeroPoint), first);
  }

  private NodeDraft inDomain(NodeDraft node, int first) {
    return ops.opset() < first ? contrib(node) : node;
  }

  /** Puts a node into the domain of ONNX Runtime's own operators. */
  NodeDraft contrib(NodeDraft node) {
    ops.edit().importDomain(CONTRIB, 1);
    return node.domain(CONTRIB);
  }

  /** Writes {@code draft}, whose reals become the codes that {@code node} gives. */
  String coded(OnnxNode node, NodeDraft draft, int scale, int zeroPoint) {
    String real = ops.edit().fresh(node.output(0) + "_real");
    draft.addAs(List.of(real));
    NodeDraft quantize = ops.node("QuantizeLinear", real, node.input(scale));
    if (node.hasInput(zeroPoint)) {
      quantize.in(node.input(zeroPoint));
    }
    inDomain(quantize, FIRST_OPSET).addAs(node.outputs());
    ops.edit().remove(node);
    return real;
  }

  /** Writes {@code draft} in the place of {@code node}, plus a bias where there is one. */
  String plus(OnnxNode node, NodeDraft draft, String bias) {
    ops.edit().remove(node);
    if (bias.isEmpty()) {
      return draft.addAs(node.outputs()).get(0);
    }
    String product = draft.add();
    ops.node("Add", product, bias).addAs(node.outputs());
    return product;
  }

  /** Number of elements of a constant; 1 of a value that every run computes. */
  long count(String value) {
    return graph.constant(value).map(ConstantTensor::elementCount).orElse(1L);
  }

  private boolean isVector(String value) {
    return graph.constant(value).filter(c -> c.dims().size() == 1).isPresent();
  }

  /** An input that may be absent. */
  static String input(OnnxNode node, int input) {
    return node.hasInput(input) ? node.input(input) : "";
  }
}
