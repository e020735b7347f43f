package dev.tailgate.train.optimiser;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a weight is for, by which groups choose weights: {@code role:norm}. */
public enum WeightRole {
  /** The table of a {@code Gather} along its first axis. */
  EMBEDDING,
  /** A vector or scalar that something is multiplied by, or the two of a normalisation. */
  NORM,
  /** A vector or scalar that is added. */
  BIAS,
  /** Everything else: what products and convolutions read. */
  MATRIX;

  private static final Set<String> SAME =
      Set.of("Cast", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze");

  private static final Set<String> NORMS =
      Set.of(
          "BatchNormalization",
          "GroupNormalization",
          "InstanceNormalization",
          "LayerNormalization",
          "RMSNormalization",
          "SimplifiedLayerNormalization",
          "SkipLayerNormalization",
          "SkipSimplifiedLayerNormalization");

  /** The spelling in selectors. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of an initialiser of {@code graph}. */
  public static WeightRole of(OnnxGraph graph, ConstantTensor weight) {
    List<OnnxGraph.Use> readers = readers(graph, weight.name());
    boolean isVector = weight.dims().stream().filter(dim -> dim > 1).count() <= 1;
    if (readers.stream().anyMatch(use -> use.node().is("Gather") && use.inputIndex() == 0)) {
      return EMBEDDING;
    }
    if (readers.stream().anyMatch(use -> NORMS.contains(use.node().opType()))) {
      return NORM;
    }
    if (!isVector) {
      return MATRIX;
    }
    return readers.stream().allMatch(use -> use.node().is("Mul") || use.node().is("Div"))
        ? NORM
        : BIAS;
  }

  /** Who reads the elements, whatever changes their shape alone passed over. */
  public static List<OnnxGraph.Use> readers(OnnxGraph graph, String value) {
    List<OnnxGraph.Use> readers = new ArrayList<>();
    for (OnnxGraph.Use use : graph.uses(value)) {
      if (use.inputIndex() == 0 && SAME.contains(use.node().opType())) {
        readers.addAll(readers(graph, use.node().output(0)));
      } else {
        readers.add(use);
      }
    }
    return readers;
  }
}
