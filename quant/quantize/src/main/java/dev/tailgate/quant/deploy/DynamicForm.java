package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Arrays;
import java.util.Optional;

/**
 * Writes products of weights and activations whose ranges each run finds as {@code
 * onnxruntime.quantization.quantize_dynamic} does; ONNX Runtime makes {@code DynamicQuantizeMatMul}
 * and {@code MatMulIntegerToFloat} of it.
 *
 * <pre>
 *   x ─ DynamicQuantizeLinear ─ DequantizeLinear ─ MatMul ─ y
 *                      int8 w ─ DequantizeLinear ─┘
 *
 *   into   x ─ DynamicQuantizeLinear ─ MatMulInteger(int8 w) ─ Cast ─ Mul(scale_x scale_w) ─ y
 * </pre>
 *
 * {@code Gemm} becomes the same and the addition of its bias. {@code Conv} becomes {@code
 * ConvInteger}, of which ONNX Runtime has a kernel for {@code uint8} weights with one zero point
 * only: codes of {@code int8} are shifted by 128, before the first run.
 */
public final class DynamicForm {
  private static final int SHIFT = 128;
  private static final int MOST_CHANNELS = 1 << 20;

  private final OnnxGraph graph;
  private final Ops ops;
  private final IntegerFactors factors;

  private DynamicForm(OnnxModel model, Ops ops) {
    this.graph = model.graph();
    this.ops = ops;
    this.factors = new IntegerFactors(graph, ops);
  }

  /** Applies the pass to a model of {@link DeployableForm}. */
  public static OnnxModel apply(OnnxModel model) {
    GraphEdit edit = model.edit();
    DynamicForm form = new DynamicForm(model, new Ops(model, edit, "DynamicForm"));
    for (OnnxNode node : model.graph().nodes()) {
      form.product(node);
    }
    form.factors.removeUnread();
    return edit.dropUnusedConstants(Ops.PREFIX).commit();
  }

  private void product(OnnxNode node) {
    boolean product = node.is("MatMul") || isPlainGemm(node) || node.is("Conv");
    Optional<IntegerFactors.Codes> x = product ? factors.dynamicCodes(node, 0) : Optional.empty();
    Optional<IntegerFactors.Codes> w = product ? factors.fixedCodes(node, 1) : Optional.empty();
    if (x.isEmpty() || w.isEmpty()) {
      return;
    }
    ops.about(node.id());
    if (node.is("Conv")) {
      conv(node, x.get(), w.get());
    } else {
      matrix(node, x.get(), w.get());
    }
  }

  private static boolean isPlainGemm(OnnxNode node) {
    return node.is("Gemm")
        && node.floatAttribute("alpha", 1) == 1
        && node.floatAttribute("beta", 1) == 1
        && node.intAttribute("transA", 0) == 0;
  }

  private void matrix(OnnxNode node, IntegerFactors.Codes x, IntegerFactors.Codes w) {
    String codes = factors.values(w);
    if (node.is("Gemm") && node.intAttribute("transB", 0) != 0) {
      codes = ops.transpose(codes, 1, 0);
    }
    NodeDraft sums = ops.node("MatMulInteger", factors.values(x), codes, x.zeroPoint());
    if (!isZero(w.zeroPoint())) {
      sums.in(w.zeroPoint());
    }
    scaled(
        node, sums.add(), ops.op("Mul", x.scale(), w.scale()), node.is("Gemm") ? bias(node) : "");
  }

  /** Zero points of 0 go without saying. */
  private boolean isZero(String zeroPoint) {
    return graph
        .constant(zeroPoint)
        .filter(zeros -> zeros.elementCount() <= MOST_CHANNELS)
        .map(zeros -> Arrays.stream(zeros.toLongs(MOST_CHANNELS)).allMatch(z -> z == 0))
        .orElse(false);
  }

  private static String bias(OnnxNode node) {
    return node.hasInput(2) ? node.input(2) : "";
  }

  private void scaled(OnnxNode node, String sums, String scale, String bias) {
    String reals = ops.cast(sums, ElementType.FLOAT);
    if (bias.isEmpty()) {
      ops.node("Mul", reals, scale).addAs(node.outputs());
    } else {
      ops.node("Add", ops.op("Mul", reals, scale), bias).addAs(node.outputs());
    }
    factors.replaced(node);
  }

  private void conv(OnnxNode node, IntegerFactors.Codes x, IntegerFactors.Codes w) {
    Optional<ConstantTensor> zeros = graph.constant(w.zeroPoint());
    Optional<ConstantTensor> scales = graph.constant(w.scale());
    boolean stored = graph.constant(w.dequantize().input(0)).isPresent();
    if (!stored
        || zeros.isEmpty()
        || scales.isEmpty()
        || zeros.get().elementCount() > MOST_CHANNELS) {
      return;
    }
    long[] distinct =
        Arrays.stream(zeros.get().toLongs((int) zeros.get().elementCount())).distinct().toArray();
    if (distinct.length != 1) {
      return;
    }
    String codes = factors.values(w);
    int zero = (int) distinct[0];
    if (zeros.get().type() == ElementType.INT8) {
      String shifted =
          ops.op("Add", ops.cast(codes, ElementType.INT32), ops.scalar(ElementType.INT32, SHIFT));
      codes = ops.cast(shifted, ElementType.UINT8);
      zero += SHIFT;
    }
    String zeroPoint =
        ops.edit()
            .constant(ConstantTensor.ofByte(Ops.PREFIX + "zero_point", ElementType.UINT8, zero));
    String sums =
        ops.node("ConvInteger", factors.values(x), codes, x.zeroPoint(), zeroPoint)
            .attributesOf(node)
            .add();
    long[] channels = channelShape(graph.constant(w.dequantize().input(0)).orElseThrow());
    String scale = scales.get().elementCount() == 1 ? w.scale() : ops.reshape(w.scale(), channels);
    String bias = node.hasInput(2) ? ops.reshape(node.input(2), channels) : "";
    scaled(node, sums, ops.op("Mul", x.scale(), scale), bias);
  }

  /** {@code [1, C, 1, ..]}. */
  private static long[] channelShape(ConstantTensor weight) {
    long[] shape = new long[weight.dims().size()];
    Arrays.fill(shape, 1);
    shape[1] = -1;
    return shape;
  }
}
