package dev.tailgate.onnx.quantized;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The integer operators of ONNX and of ONNX Runtime, each with what it stands for. Inputs are
 * counted as the definitions of the operators have them.
 */
final class IntegerSpellings {
  private static final int LAST = -1;
  private static final int DYNAMIC_OPSET = 11;
  private static final Map<String, Spelling> STANDARD = new HashMap<>();
  private static final Map<String, Spelling> CONTRIB = new HashMap<>();

  static {
    STANDARD.put("MatMulInteger", (n, r) -> scaled(n, r, "MatMul", LAST));
    STANDARD.put("ConvInteger", (n, r) -> scaled(n, r, "Conv", 0));
    STANDARD.put("QLinearMatMul", IntegerSpellings::matMul);
    STANDARD.put("QLinearConv", IntegerSpellings::conv);
    CONTRIB.put("QLinearConv", IntegerSpellings::conv);
    CONTRIB.put("QGemm", IntegerSpellings::gemm);
    CONTRIB.put("MatMulIntegerToFloat", IntegerSpellings::toFloat);
    CONTRIB.put("DynamicQuantizeMatMul", IntegerSpellings::dynamic);
    CONTRIB.put("QLinearAdd", (n, r) -> binary(n, r, "Add"));
    CONTRIB.put("QLinearMul", (n, r) -> binary(n, r, "Mul"));
    CONTRIB.put("QLinearSigmoid", (n, r) -> unary(n, r, "Sigmoid"));
    CONTRIB.put("QLinearLeakyRelu", (n, r) -> unary(n, r, "LeakyRelu"));
    CONTRIB.put("QLinearSoftmax", (n, r) -> unary(n, r, "Softmax"));
    CONTRIB.put("QLinearAveragePool", (n, r) -> unary(n, r, "AveragePool"));
    CONTRIB.put("QLinearGlobalAveragePool", (n, r) -> unary(n, r, "GlobalAveragePool"));
    CONTRIB.put("QLinearConcat", IntegerSpellings::concat);
    CONTRIB.put("QLinearWhere", IntegerSpellings::where);
    CONTRIB.put("QAttention", IntegerSpellings::attention);
    CONTRIB.put("QEmbedLayerNormalization", IntegerSpellings::embedding);
  }

  private IntegerSpellings() {}

  /** Writes what a node stands for; gives the first output of the operator that does. */
  private interface Spelling {
    @Nullable String write(OnnxNode node, RealNodes nodes);
  }

  private static Optional<Spelling> of(OnnxNode node) {
    return Optional.ofNullable(
        node.domain().isEmpty()
            ? STANDARD.get(node.opType())
            : node.domain().equals(RealNodes.CONTRIB) ? CONTRIB.get(node.opType()) : null);
  }

  /** Whether {@code node} is one of the operators. */
  static boolean isInteger(OnnxNode node) {
    return of(node).isPresent();
  }

  /** Replaces {@code node}, where it is one of the operators, in the edit of {@code nodes}. */
  static Optional<String> write(OnnxNode node, RealNodes nodes) {
    boolean channelsLast = node.intAttribute("channels_last", 0) != 0;
    return channelsLast
        ? Optional.empty()
        : of(node).flatMap(spelling -> Optional.ofNullable(spelling.write(node, nodes)));
  }

  private static @Nullable String scaled(OnnxNode n, RealNodes r, String op, int axis) {
    ScaledProduct scales = ScaledProduct.at(r.graph(), n).orElse(null);
    String zero = RealNodes.input(n, 2);
    if (scales == null || r.count(zero) != 1 || r.count(scales.left()) != 1) {
      return null;
    }
    String a = r.real(n.input(0), scales.left(), zero, 0);
    String b = r.real(n.input(1), scales.right(), RealNodes.input(n, 3), axis);
    scales.nodes().forEach(r.ops().edit()::remove);
    return r.plus(scales.last(), r.ops().node(op, a, b).attributesOf(n), "");
  }

  private static String matMul(OnnxNode n, RealNodes r) {
    NodeDraft product = r.ops().node("MatMul", r.real(n, 0, 1, 2, LAST), r.real(n, 3, 4, 5, LAST));
    return r.coded(n, product, 6, 7);
  }

  private static String conv(OnnxNode n, RealNodes r) {
    NodeDraft product = r.ops().node("Conv", r.real(n, 0, 1, 2, 1), r.real(n, 3, 4, 5, 0));
    if (n.hasInput(8)) {
      product.in(bias(n, r, 8, 1, 4, 1));
    }
    return r.coded(n, product.attributesOf(n, "channels_last"), 6, 7);
  }

  /** An int32 bias, whose scale is the product of those of both factors. */
  private static String bias(OnnxNode n, RealNodes r, int codes, int a, int b, float factor) {
    Ops ops = r.ops();
    String scales = ops.op("Mul", n.input(a), n.input(b));
    String scaled = factor == 1 ? scales : ops.op("Mul", scales, ops.scalar(factor));
    return r.bias(n.input(codes), scaled, Math.max(r.count(n.input(a)), r.count(n.input(b))));
  }

  private static String gemm(OnnxNode n, RealNodes r) {
    int axis = n.intAttribute("transB", 0) == 0 ? 1 : 0;
    NodeDraft product = r.ops().node("Gemm", r.real(n, 0, 1, 2, 0), r.real(n, 3, 4, 5, axis));
    if (n.hasInput(6)) {
      product.in(bias(n, r, 6, 1, 4, n.floatAttribute("alpha", 1)));
    }
    product.attributesOf(n);
    return n.hasInput(7) ? r.coded(n, product, 7, 8) : r.plus(n, product, "");
  }

  private static String toFloat(OnnxNode n, RealNodes r) {
    NodeDraft product = r.ops().node("MatMul", r.real(n, 0, 2, 4, LAST), r.real(n, 1, 3, 5, LAST));
    return r.plus(n, product, RealNodes.input(n, 6));
  }

  private static @Nullable String dynamic(OnnxNode n, RealNodes r) {
    if (r.ops().opset() < DYNAMIC_OPSET) {
      return null;
    }
    List<String> a = r.ops().node("DynamicQuantizeLinear", n.input(0)).outputs(3).addAll();
    NodeDraft product =
        r.ops().node("MatMul", r.real(a.get(0), a.get(1), a.get(2), 0), r.real(n, 1, 2, 3, LAST));
    return r.plus(n, product, RealNodes.input(n, 4));
  }

  private static String binary(OnnxNode n, RealNodes r, String op) {
    NodeDraft node = r.ops().node(op, r.real(n, 0, 1, 2, LAST), r.real(n, 3, 4, 5, LAST));
    return r.coded(n, node, 6, 7);
  }

  private static String unary(OnnxNode n, RealNodes r, String op) {
    NodeDraft node = r.ops().node(op, r.real(n, 0, 1, 2, LAST));
    return r.coded(n, node.attributesOf(n, "channels_last", "opset"), 3, 4);
  }

  private static String concat(OnnxNode n, RealNodes r) {
    List<String> parts = new ArrayList<>();
    for (int i = 2; i + 2 < n.inputs().size(); i += 3) {
      parts.add(r.real(n, i, i + 1, i + 2, LAST));
    }
    NodeDraft node = r.ops().node("Concat", parts.toArray(String[]::new)).attributesOf(n);
    return r.coded(n, node, 0, 1);
  }

  private static String where(OnnxNode n, RealNodes r) {
    String x = r.real(n, 1, 2, 3, LAST);
    String y = r.real(n, 4, 5, 6, LAST);
    return r.coded(n, r.ops().node("Where", n.input(0), x, y), 7, 8);
  }

  private static String attention(OnnxNode n, RealNodes r) {
    String x = r.real(n, 0, 3, 6, LAST);
    String w = r.real(n, 1, 4, 7, LAST);
    NodeDraft node =
        r.ops()
            .node(
                "Attention",
                x,
                w,
                RealNodes.input(n, 2),
                RealNodes.input(n, 5),
                RealNodes.input(n, 8));
    return r.plus(n, r.contrib(node).attributesOf(n), "");
  }

  private static String embedding(OnnxNode n, RealNodes r) {
    List<String> inputs = new ArrayList<>(List.of(n.input(0), RealNodes.input(n, 1)));
    for (int i = 2; i <= 6; i++) {
      inputs.add(n.hasInput(i) ? r.real(n, i, i + 6, i + 11, LAST) : "");
    }
    inputs.add(RealNodes.input(n, 7));
    NodeDraft node = r.ops().node("EmbedLayerNormalization", inputs.toArray(String[]::new));
    return r.plus(n, r.contrib(node).attributesOf(n), "");
  }
}
