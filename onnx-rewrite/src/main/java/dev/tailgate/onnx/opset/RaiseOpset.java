package dev.tailgate.onnx.opset;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.NestedGraph;
import dev.tailgate.onnx.ir.NestedGraphs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.OperatorTable;
import java.util.Map;

/**
 * Writes a model of an older operator set in {@value #OPSET}, the one that passes which build many
 * nodes know. It computes the same, under the same names of inputs, outputs, initialisers and
 * values; nodes of operators whose form has changed are replaced by what {@link OpsetTable} says,
 * in branches, loops and functions too. Only the training of a model uses it: what is saved keeps
 * the opset it came with.
 */
public final class RaiseOpset {
  /** The operator set that is written. */
  public static final int OPSET = 18;

  /** The oldest that is read. */
  public static final int OLDEST = Ops.OLDEST_OPSET;

  private RaiseOpset() {}

  /** {@code model} in {@value #OPSET}; itself where it is of that or a later opset. */
  public static OnnxModel apply(OnnxModel model) {
    return apply(model, KnownShapes.of(model.graph(), Map.of()));
  }

  /**
   * {@code model} in {@value #OPSET}; itself where it is of that or a later opset.
   *
   * @param shapes what is known of values of the main graph; fewer nodes are added with it
   * @throws ModelException for an opset below {@value #OLDEST}, and at a node that the newer form
   *     of its operator cannot say
   */
  public static OnnxModel apply(OnnxModel model, KnownShapes shapes) {
    if (model.opset() >= OPSET) {
      return model;
    }
    if (model.opset() < OLDEST) {
      throw ModelException.doing("raising the opset to " + OPSET)
          .expected("opset " + OLDEST + " or later")
          .found("opset " + model.opset())
          .fix("Export the model with opset " + OPSET + ".");
    }
    OnnxModel result = model;
    for (NestedGraph nested : NestedGraphs.of(model)) {
      OnnxModel view = NestedGraphs.view(result, nested.place());
      if (view.opset() < OPSET) {
        KnownShapes own = KnownShapes.of(view.graph(), Map.of());
        result = NestedGraphs.replace(result, nested.place(), raised(view, own));
      }
    }
    return raised(result, shapes);
  }

  private static OnnxModel raised(OnnxModel model, KnownShapes shapes) {
    GraphEdit edit = model.edit().opset(OPSET);
    Ops ops = new Ops(model, edit, "raise-opset");
    ElementTypes types = ElementTypes.of(model.graph());
    for (OnnxNode node : model.graph().nodes()) {
      if (hasChanged(node, model.opset())) {
        OldNode old = new OldNode(node, model.graph(), ops, types, shapes, model.opset());
        write(old);
      }
    }
    return edit.commit();
  }

  /** Whether the operator is defined anew between {@code opset} and ours. */
  private static boolean hasChanged(OnnxNode node, int opset) {
    return node.domain().isEmpty()
        && OperatorTable.definition(node.opType(), opset).isPresent()
        && !OperatorTable.definition(node.opType(), opset)
            .equals(OperatorTable.definition(node.opType(), OPSET));
  }

  private static void write(OldNode old) {
    OpsetTable.Entry entry =
        OpsetTable.entry(old.node().opType())
            .orElseThrow(() -> old.refusal("an operator whose changes are known", "unknown ones"));
    if (old.opset() >= entry.version()) {
      return;
    }
    if (old.node().hasAttributesOfCallers()) {
      throw old.refusal("attributes with values", "one that the callers of its function set");
    }
    entry.rule().write(old);
  }
}
