package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

  private static final Set<String> LAYOUT =
      Set.of("Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity");

  private final OnnxGraph graph;
  private final Ops ops;
  private final Set<OnnxNode> readers = new HashSet<>();

  private QOperatorForm(OnnxModel model, Ops ops) {
    this.graph = model.graph();
    this.ops = ops;
  }

  /** Applies the pass to a model of {@link DeployableForm}. */
  public static OnnxModel apply(OnnxModel model) {
    GraphEdit edit = model.edit();
    QOperatorForm form = new QOperatorForm(model, new Ops(model, edit, "QOperatorForm"));
    edit.importDomain(CONTRIB, 1);
    for (OnnxNode node : model.graph().nodes()) {
      form.product(node);
    }
    form.removeUnread();
    return edit.commit();
  }

  /** A tensor before it is dequantized, and the layout operators that follow. */
  private record Codes(OnnxNode dequantize, List<OnnxNode> layout) {
    String scale() {
      return dequantize.input(1);
    }

    String zeroPoint() {
      return dequantize.input(2);
    }
  }

  private String values(Codes codes) {
    String values = codes.dequantize().input(0);
    for (OnnxNode step : codes.layout()) {
      String[] inputs = step.inputs().toArray(String[]::new);
      inputs[0] = values;
      values = ops.node(step.opType(), inputs).attributesOf(step).add();
    }
    return values;
  }

  private void product(OnnxNode node) {
    boolean gemm = node.is("Gemm");
    if (!gemm && !node.is("MatMul")) {
      return;
    }
    Optional<Codes> a = codes(node, 0);
    Optional<Codes> b = codes(node, 1);
    if (a.isEmpty() || b.isEmpty()) {
      return;
    }
    ops.about(node.id());
    if (gemm) {
      gemm(node, a.get(), b.get());
    } else {
      ops.node(
              "MatMulIntegerToFloat",
              values(a.get()),
              values(b.get()),
              a.get().scale(),
              b.get().scale(),
              a.get().zeroPoint(),
              b.get().zeroPoint())
          .domain(CONTRIB)
          .addAs(node.outputs());
      replaced(node);
    }
  }

  private void gemm(OnnxNode node, Codes a, Codes b) {
    String bias = "";
    if (node.hasInput(2)) {
      Optional<OnnxNode> dequantize =
          graph.producer(node.input(2)).filter(QOperatorForm::isDequantize);
      if (dequantize.isEmpty()) {
        return;
      }
      bias = dequantize.get().input(0);
    }
    NodeDraft draft =
        ops.node(
                "QGemm",
                values(a),
                a.scale(),
                a.zeroPoint(),
                values(b),
                b.scale(),
                b.zeroPoint(),
                bias)
            .domain(CONTRIB)
            .attributesOf(node, "beta");
    draft.addAs(node.outputs());
    replaced(node);
  }

  private void replaced(OnnxNode node) {
    ops.edit().remove(node);
    readers.add(node);
  }

  /** Where an input is dequantized, directly in front or before layout operators. */
  private Optional<Codes> codes(OnnxNode node, int input) {
    Optional<OnnxNode> before = graph.producer(node.input(input));
    List<OnnxNode> layout = new ArrayList<>();
    while (before.isPresent() && isLayout(before.get())) {
      layout.add(0, before.get());
      before = graph.producer(before.get().input(0));
    }
    if (before.isEmpty() || !isDequantize(before.get()) || !isBytes(before.get())) {
      return Optional.empty();
    }
    return Optional.of(new Codes(before.get(), layout));
  }

  private static boolean isLayout(OnnxNode node) {
    return node.domain().isEmpty() && LAYOUT.contains(node.opType());
  }

  private static boolean isDequantize(OnnxNode node) {
    return node.is("DequantizeLinear") || node.is(CONTRIB, "DequantizeLinear");
  }

  /** Zero points of 8-bit tensors are always written; their type is that of the tensor. */
  private boolean isBytes(OnnxNode dequantize) {
    return dequantize.hasInput(2)
        && !dequantize.hasAttribute("block_size")
        && graph.constant(dequantize.input(2)).filter(z -> z.type().bits() == 8).isPresent();
  }

  /** Whether a use is gone: of a product, or of the tensor that a layout operator turned. */
  private boolean isReplaced(OnnxGraph.Use use) {
    return readers.contains(use.node()) && (!isLayout(use.node()) || use.inputIndex() == 0);
  }

  /** Dequantize and layout nodes that nothing reads any more, from the products backwards. */
  private void removeUnread() {
    List<OnnxNode> nodes = graph.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      OnnxNode node = nodes.get(i);
      boolean ours = isDequantize(node) || isLayout(node);
      String output = node.output(0);
      List<OnnxGraph.Use> uses = graph.uses(output);
      if (ours
          && !uses.isEmpty()
          && !graph.isOutput(output)
          && uses.stream().allMatch(this::isReplaced)) {
        replaced(node);
      }
    }
  }
}
