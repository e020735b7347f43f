package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;

/**
 * Writes integer products as the operators ONNX Runtime would make of them.
 *
 * <pre>
 *   DequantizeLinear(x) ─ MatMul ─ y   into   x ─ MatMulIntegerToFloat ─ y
 *   DequantizeLinear(w) ─┘                    w ─┘
 * </pre>
 *
 * {@code MatMul} becomes {@code MatMulIntegerToFloat}, {@code Gemm} becomes {@code QGemm}, both of
 * the {@code com.microsoft} domain. A product that is not between two dequantized tensors of 8
 * bits, or whose bias is float, stays as it is.
 */
public final class QOperatorForm {
  private static final String CONTRIB = "com.microsoft";

  private final OnnxGraph graph;
  private final Ops ops;
  private final IntegerFactors factors;

  private QOperatorForm(OnnxModel model, Ops ops) {
    this.graph = model.graph();
    this.ops = ops;
    this.factors = new IntegerFactors(graph, ops);
  }

  /** Applies the pass to a model of {@link DeployableForm}. */
  public static OnnxModel apply(OnnxModel model) {
    GraphEdit edit = model.edit();
    QOperatorForm form = new QOperatorForm(model, new Ops(model, edit, "QOperatorForm"));
    edit.importDomain(CONTRIB, 1);
    for (OnnxNode node : model.graph().nodes()) {
      form.product(node);
    }
    form.factors.removeUnread();
    return edit.commit();
  }

  private void product(OnnxNode node) {
    boolean gemm = node.is("Gemm");
    if (!gemm && !node.is("MatMul")) {
      return;
    }
    Optional<IntegerFactors.Codes> a = factors.fixedCodes(node, 0);
    Optional<IntegerFactors.Codes> b = factors.fixedCodes(node, 1);
    if (a.isEmpty() || b.isEmpty()) {
      return;
    }
    ops.about(node.id());
    if (gemm) {
      gemm(node, a.get(), b.get());
    } else {
      ops.node(
              "MatMulIntegerToFloat",
              factors.values(a.get()),
              factors.values(b.get()),
              a.get().scale(),
              b.get().scale(),
              a.get().zeroPoint(),
              b.get().zeroPoint())
          .domain(CONTRIB)
          .addAs(node.outputs());
      factors.replaced(node);
    }
  }

  private void gemm(OnnxNode node, IntegerFactors.Codes a, IntegerFactors.Codes b) {
    String bias = "";
    if (node.hasInput(2)) {
      Optional<OnnxNode> dequantize =
          graph.producer(node.input(2)).filter(IntegerFactors::isDequantize);
      if (dequantize.isEmpty()) {
        return;
      }
      bias = dequantize.get().input(0);
    }
    NodeDraft draft =
        ops.node(
                "QGemm",
                factors.values(a),
                a.scale(),
                a.zeroPoint(),
                factors.values(b),
                b.scale(),
                b.zeroPoint(),
                bias)
            .domain(CONTRIB)
            .attributesOf(node, "beta");
    draft.addAs(node.outputs());
    factors.replaced(node);
  }
}
