package dev.tailgate.quant.placement;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapRole;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Look-ups of embeddings: rows of a constant matrix that are summed to the input of the blocks.
 * Tables of rotations and of relative positions are none; what they give is no hidden state.
 */
final class EmbeddingLookups {
  private static final int LONGEST_SEARCH = 64;
  private static final Set<TapRole> ENDS =
      Set.of(TapRole.EMBEDDING_SUM, TapRole.LAYERNORM_OUT, TapRole.ATTN_LAYERNORM_OUT);

  private final ProductExaminer examiner;
  private final Set<String> ends = new HashSet<>();

  EmbeddingLookups(ProductExaminer examiner, TapMap taps) {
    this.examiner = examiner;
    for (Tap tap : taps.taps()) {
      if (tap.roles().stream().anyMatch(ENDS::contains)) {
        ends.add(tap.tensor());
        ends.add(examiner.flow().source(tap.tensor()));
      }
    }
  }

  /** The table {@code node} looks rows up in, if it is such a look-up. */
  Optional<WeightInputs.Weight> at(OnnxNode node) {
    // Rows of positions are chosen by shapes alone; they carry no data before they are summed.
    if (!node.is("Gather")
        || node.intAttribute("axis", 0) != 0
        || examiner.flow().isConstant(node.input(1))) {
      return Optional.empty();
    }
    OnnxGraph graph = examiner.graph();
    return WeightInputs.at(graph, node, 0)
        .filter(weight -> isTable(graph.constant(weight.constant()).orElseThrow()))
        .filter(weight -> isSummed(node.output(0)));
  }

  private static boolean isTable(ConstantTensor tensor) {
    return tensor.dims().size() == 2 && tensor.dims().stream().allMatch(dim -> dim > 1);
  }

  /**
   * Follows sums, scalings, views and norms to the embedding sum, or to what the first norm gives.
   */
  private boolean isSummed(String output) {
    Deque<String> open = new ArrayDeque<>(List.of(output));
    Set<String> reached = new HashSet<>();
    while (!open.isEmpty() && reached.size() < LONGEST_SEARCH) {
      String at = open.pop();
      if (ends.contains(at)) {
        return true;
      }
      if (reached.add(at)) {
        examiner.flow().dataUses(at).stream()
            .filter(use -> passes(use.node()))
            .forEach(use -> open.add(use.node().output(0)));
      }
    }
    return false;
  }

  private static boolean passes(OnnxNode node) {
    return Dataflow.isView(node)
        || node.is("Add")
        || node.is("Sum")
        || node.is("Mul")
        || node.is("LayerNormalization");
  }
}
