package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.ModelMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds attention scores, masks and their sums: values that reach a softmax, and nothing else,
 * through additions, selections, casts and changes of layout. Only there is a large negative value
 * sure to be a mask.
 */
final class ScoreTensors {
  private static final Set<String> STEPS = Set.of("Add", "Sub", "Sum", "Where", "Max", "Min");

  private final Dataflow flow;
  private final Set<String> normalised = new HashSet<>();
  private final Map<String, Boolean> known = new HashMap<>();

  ScoreTensors(ModelMap map) {
    this.flow = map.flow();
    for (AttentionSite site : map.attention().sites()) {
      normalised.add(site.normalisation().scores());
    }
  }

  /** Whether {@code tensor} is one of them. */
  boolean contains(String tensor) {
    Boolean before = known.get(tensor);
    if (before != null) {
      return before;
    }
    boolean is = normalised.contains(tensor) || onlySoftmaxReads(tensor);
    known.put(tensor, is);
    return is;
  }

  private boolean onlySoftmaxReads(String tensor) {
    List<OnnxGraph.Use> uses = flow.dataUses(tensor);
    return !uses.isEmpty() && !flow.graph().isOutput(tensor) && uses.stream().allMatch(this::leads);
  }

  private boolean leads(OnnxGraph.Use use) {
    OnnxNode node = use.node();
    if (use.inputIndex() < 0) {
      return false;
    }
    boolean passes =
        Dataflow.isView(node)
            || Dataflow.isQuantizer(node)
            || (node.domain().isEmpty() && STEPS.contains(node.opType()));
    return node.is("Softmax") || node.is("LogSoftmax") || (passes && contains(node.output(0)));
  }
}
