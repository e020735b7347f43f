package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.qdq.QuantizedInputs;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the biases of products integers, {@code round(b / (s_x s_w))} in int32: ONNX Runtime has an
 * integer kernel for a {@code Gemm} with an integer bias or none, and leaves the whole product in
 * float for a float bias. A {@code MatMul} followed by the addition of a constant vector is the
 * same case: where the runtime knows the shapes, of any rank, it makes a {@code Gemm} of the two
 * before it looks for integers. Where it does not, the addition stays, of a bias that is rounded to
 * the same 32 bits.
 *
 * <p>A {@code Conv} likewise; the runtime would round its bias itself, with operators that opsets
 * before 11 lack.
 *
 * <p>A bias that does not fit into int32 stays float; then so may its product.
 */
public final class IntegerBias {
  private static final int FIRST_OPSET = 10;
  private static final int AXIS_OPSET = 13;
  private static final String CONTRIB = "com.microsoft";

  private final OnnxGraph graph;
  private final Ops ops;
  private final QuantizedInputs inputs;

  private IntegerBias(OnnxModel model, Ops ops, Map<QuantPoint, Quantizer> quantizers) {
    this.graph = model.graph();
    this.ops = ops;
    this.inputs = new QuantizedInputs(graph, quantizers);
  }

  /** Adds integer biases to the edit of {@code ops}. */
  public static void apply(OnnxModel model, Ops ops, Map<QuantPoint, Quantizer> quantizers) {
    IntegerBias pass = new IntegerBias(model, ops, quantizers);
    for (OnnxNode node : pass.graph.nodes()) {
      pass.bias(node).ifPresent(use -> pass.replace(node, use));
    }
  }

  /** The use of a constant bias that belongs to a product. */
  private Optional<OnnxGraph.Use> bias(OnnxNode node) {
    boolean gemm =
        node.is("Gemm")
            && node.floatAttribute("alpha", 1) == 1
            && node.floatAttribute("beta", 1) == 1
            && node.intAttribute("transA", 0) == 0;
    if ((gemm || node.is("Conv")) && node.hasInput(2)) {
      return Optional.of(new OnnxGraph.Use(node, 2));
    }
    if (!node.is("MatMul")) {
      return Optional.empty();
    }
    List<OnnxGraph.Use> uses = graph.uses(node.output(0));
    if (uses.size() != 1 || graph.isOutput(node.output(0)) || !uses.get(0).node().is("Add")) {
      return Optional.empty();
    }
    return Optional.of(new OnnxGraph.Use(uses.get(0).node(), 1 - uses.get(0).inputIndex()));
  }

  private void replace(OnnxNode product, OnnxGraph.Use use) {
    QuantParams x = bytes(product, 0);
    QuantParams w = bytes(product, 1);
    Optional<ConstantTensor> bias = constant(use.node().input(use.inputIndex()));
    if (x == null || w == null || x.count() != 1 || bias.isEmpty() || !isVector(bias.get())) {
      return;
    }
    double[] values = bias.get().toDoubles(1 << 24);
    if (w.count() != 1 && w.count() != values.length) {
      return;
    }
    float[] scales = new float[w.count()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = x.scale(0) * w.scale(i);
    }
    ByteBuffer codes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      double code = Math.rint(values[i] / scales[scales.length == 1 ? 0 : i]);
      if (!(Math.abs(code) <= Integer.MAX_VALUE)) {
        return;
      }
      codes.putInt((int) code);
    }
    ops.about(bias.get().name());
    ops.edit().redirect(use, dequantized(codes.flip(), List.of((long) values.length), scales));
    String name = use.node().input(use.inputIndex());
    if (graph.initializers().containsKey(name) && graph.uses(name).size() == 1) {
      ops.edit().removeConstant(name);
    }
  }

  /** The grid of a factor that is at hand as integers of 8 bits. */
  private @Nullable QuantParams bytes(OnnxNode product, int input) {
    return inputs
        .of(product, input)
        .map(QuantizedInputs.Input::quantizer)
        .filter(Quantizer.Fixed.class::isInstance)
        .map(quantizer -> ((Quantizer.Fixed) quantizer).params())
        .filter(params -> params.format().isUniform() && params.format().bits() <= 8)
        .filter(params -> !(params.layout() instanceof ScaleLayout.Blocks))
        .orElse(null);
  }

  /** The constant behind a value; exporters repeat equal parameters by {@code Identity}. */
  private Optional<ConstantTensor> constant(String value) {
    String at = value;
    Optional<OnnxNode> copy = graph.producer(at).filter(n -> n.is("Identity"));
    while (copy.isPresent()) {
      at = copy.get().input(0);
      copy = graph.producer(at).filter(n -> n.is("Identity"));
    }
    return graph.constant(at);
  }

  /** One element a channel, along the last axis. */
  private static boolean isVector(ConstantTensor bias) {
    List<Long> dims = bias.dims();
    return bias.type() == ElementType.FLOAT
        && !dims.isEmpty()
        && bias.elementCount() > 0
        && dims.get(dims.size() - 1) == bias.elementCount();
  }

  private String dequantized(ByteBuffer codes, List<Long> dims, float[] scales) {
    String stored =
        ops.edit().constant(ConstantTensor.of(Ops.PREFIX + "bias", ElementType.INT32, dims, codes));
    boolean whole = scales.length == 1;
    List<Long> scaleDims = whole ? List.of() : List.of((long) scales.length);
    String scale =
        ops.edit().constant(ConstantTensor.ofFloats(Ops.PREFIX + "bias_scale", scaleDims, scales));
    NodeDraft node = ops.node("DequantizeLinear", stored, scale);
    if (!whole) {
      node.attribute("axis", 0L);
    }
    if (ops.opset() < (whole ? FIRST_OPSET : AXIS_OPSET)) {
      ops.edit().importDomain(CONTRIB, 1);
      node.domain(CONTRIB);
    }
    return node.add();
  }
}
