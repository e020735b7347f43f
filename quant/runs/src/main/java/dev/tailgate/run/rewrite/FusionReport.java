package dev.tailgate.run.rewrite;

import dev.tailgate.onnx.ir.NestedGraphs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a rewrite costs in fusions. ONNX Runtime recognises the usual forms of an attention and runs
 * each as one kernel; another normaliser is another form. A kernel counts as fused where its
 * operator does not occur in the original file, subgraphs and functions included, and does more
 * than move data.
 *
 * @param lost fusions that are fewer in the rewritten model, by operator
 */
public record FusionReport(List<Lost> lost) {
  /** Operators the runtime inserts around kernels: casts, copies between devices, layouts. */
  private static final Set<String> PLUMBING =
      Set.of(
          "Cast",
          "Identity",
          "MemcpyFromHost",
          "MemcpyToHost",
          "ReorderInput",
          "ReorderOutput",
          "Reshape",
          "Squeeze",
          "Transpose",
          "Unsqueeze");

  /**
   * A fusion that happens less often.
   *
   * @param operator what the runtime made
   * @param before kernels of the original model
   * @param after kernels of the rewritten model
   */
  public record Lost(String operator, int before, int after) {
    /** For example {@code ONNX Runtime fused 12 Attention in the original and 0 in ...}. */
    public String sentence() {
      return String.format(
          Locale.ROOT,
          "ONNX Runtime fused %d %s in the original and %d in the rewritten model",
          before,
          operator,
          after);
    }
  }

  /** Copies the list. */
  public FusionReport {
    lost = List.copyOf(lost);
  }

  /**
   * Compares two profiles of {@link dev.tailgate.engine.KernelProfile} on the same batch.
   *
   * @param original the model that {@code before} is of
   */
  public static FusionReport of(
      OnnxModel original, Map<String, Integer> before, Map<String, Integer> after) {
    Set<String> written = operators(original);
    List<Lost> lost = new ArrayList<>();
    new TreeMap<>(before)
        .forEach(
            (operator, count) -> {
              int left = after.getOrDefault(operator, 0);
              boolean fused = !written.contains(operator) && !PLUMBING.contains(operator);
              if (fused && left < count) {
                lost.add(new Lost(operator, count, left));
              }
            });
    return new FusionReport(lost);
  }

  private static Set<String> operators(OnnxModel model) {
    Set<String> operators = new HashSet<>();
    addAll(operators, model.graph().nodes());
    NestedGraphs.of(model).forEach(nested -> addAll(operators, nested.view().graph().nodes()));
    return operators;
  }

  private static void addAll(Set<String> operators, List<OnnxNode> nodes) {
    nodes.forEach(node -> operators.add(node.opType()));
  }

  /** A sentence for each lost fusion. */
  public List<String> sentences() {
    return lost.stream().map(Lost::sentence).toList();
  }
}
