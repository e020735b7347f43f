package dev.tailgate.onnx.layer;

import dev.tailgate.onnx.ir.NestedGraph;
import dev.tailgate.onnx.ir.NestedGraphs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds operators that compute as in training: {@code Dropout}, which then drops at random, and
 * {@code BatchNormalization}, which then normalises by the batch instead of by what it learned.
 * Outputs of such an export change from run to run or with the batch, and so does all that is
 * measured of it.
 *
 * <p>By the ONNX operator specifications: {@code Dropout} has the input {@code training_mode} from
 * opset 12 on, false by default, never trains from opset 7 to 11, and has the attribute {@code
 * is_test} before. {@code BatchNormalization} has the attribute {@code training_mode} from opset 14
 * on, trains from opset 7 to 13 where it has outputs beside the first, and has {@code is_test}
 * before.
 */
public final class TrainingMode {
  private static final int NO_IS_TEST = 7;
  private static final int DROPOUT_INPUT = 12;
  private static final int NORM_ATTRIBUTE = 14;

  private TrainingMode() {}

  /** The nodes in training mode of all graphs of {@code model}, as sentences; empty for none. */
  public static List<String> warnings(OnnxModel model) {
    List<String> warnings = new ArrayList<>();
    add("Dropout", "drops values at random", model, warnings);
    add("BatchNormalization", "normalises by each batch", model, warnings);
    return warnings;
  }

  private static void add(String op, String effect, OnnxModel model, List<String> warnings) {
    List<String> nodes = new ArrayList<>();
    collect(op, model, "", nodes);
    for (NestedGraph nested : NestedGraphs.of(model)) {
      collect(op, nested.view(), " in " + nested.label(), nodes);
    }
    if (!nodes.isEmpty()) {
      warnings.add(
          "The export is in training mode: "
              + op
              + " "
              + nodes.get(0)
              + (nodes.size() > 1 ? " and " + (nodes.size() - 1) + " more" : "")
              + " "
              + effect
              + ", so that results change from run to run or with the batch. Export it after"
              + " model.eval().");
    }
  }

  private static void collect(String op, OnnxModel model, String place, List<String> nodes) {
    for (OnnxNode node : model.graph().nodes()) {
      boolean trains =
          node.is(op) && (op.equals("Dropout") ? drops(model, node) : learns(model, node));
      if (trains) {
        nodes.add(node.id() + place);
      }
    }
  }

  private static boolean drops(OnnxModel model, OnnxNode node) {
    if (model.opset() < NO_IS_TEST) {
      return node.intAttribute("is_test", 0) == 0 && node.floatAttribute("ratio", 0.5f) > 0;
    }
    if (model.opset() < DROPOUT_INPUT || !node.hasInput(2)) {
      return false;
    }
    return scalar(model, node.input(2)).filter(mode -> mode != 0).isPresent()
        && scalar(model, node.input(1)).filter(ratio -> ratio == 0).isEmpty();
  }

  private static boolean learns(OnnxModel model, OnnxNode node) {
    if (model.opset() < NO_IS_TEST) {
      return node.intAttribute("is_test", 0) == 0;
    }
    return model.opset() < NORM_ATTRIBUTE
        ? node.outputs().stream().filter(output -> !output.isEmpty()).count() > 1
        : node.intAttribute("training_mode", 0) != 0;
  }

  private static Optional<Double> scalar(OnnxModel model, String value) {
    return model
        .graph()
        .constant(value)
        .filter(constant -> constant.elementCount() == 1)
        .map(constant -> constant.toDoubles(1)[0]);
  }
}
