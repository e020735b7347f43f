package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a search through a graph asks again and again: which values are constant once folded, which
 * nodes only change the layout of a tensor, where a tensor comes from. Immutable.
 */
public final class Dataflow {
  private static final Set<String> VIEWS =
      Set.of(
          "Cast",
          "Dropout",
          "Expand",
          "Flatten",
          "Identity",
          "Reshape",
          "Squeeze",
          "Transpose",
          "Unsqueeze");
  private static final Set<String> QUANTIZERS =
      Set.of("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear");
  private static final Set<String> RANDOM =
      Set.of(
          "Bernoulli",
          "Multinomial",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike");

  private final OnnxGraph graph;
  private final Set<String> constants = new HashSet<>();

  private Dataflow(OnnxGraph graph) {
    this.graph = graph;
    constants.addAll(graph.initializers().keySet());
    for (OnnxNode node : graph.nodes()) {
      if (foldable(node)) {
        constants.addAll(node.outputs());
      }
    }
    constants.remove("");
  }

  /** The data flow of {@code graph}. */
  public static Dataflow of(OnnxGraph graph) {
    return new Dataflow(graph);
  }

  private boolean foldable(OnnxNode node) {
    return !RANDOM.contains(node.opType())
        && node.subgraphs().isEmpty()
        && node.inputs().stream().allMatch(i -> i.isEmpty() || constants.contains(i));
  }

  /** The graph. */
  public OnnxGraph graph() {
    return graph;
  }

  /** Whether {@code value} is the same in every run: a constant or computed from constants only. */
  public boolean isConstant(String value) {
    return constants.contains(value);
  }

  /** The single element of a constant, for scales, epsilons and bounds. */
  public Optional<Double> scalar(String value) {
    return graph
        .constant(value)
        .filter(c -> c.elementCount() == 1 && c.type().bits() > 0)
        .map(c -> c.toDoubles(1)[0]);
  }

  /** The elements of a small integer constant, for axes and shapes. */
  public Optional<List<Long>> integers(String value) {
    return graph.constant(value).filter(c -> c.elementCount() <= 16).map(Dataflow::longs);
  }

  private static List<Long> longs(ConstantTensor tensor) {
    return Arrays.stream(tensor.toLongs(16)).boxed().toList();
  }

  /** Whether {@code node} passes its first input on with the same elements, perhaps rearranged. */
  public static boolean isView(OnnxNode node) {
    return node.domain().isEmpty() && VIEWS.contains(node.opType());
  }

  /** Whether {@code node} quantizes or dequantizes its first input, to its first output. */
  public static boolean isQuantizer(OnnxNode node) {
    return QUANTIZERS.contains(node.opType());
  }

  /** The tensor {@code value} is a view of, through quantizer pairs too; itself when none. */
  public String source(String value) {
    String at = value;
    Optional<OnnxNode> producer = graph.producer(at);
    while (producer.isPresent() && passes(producer.get()) && producer.get().output(0).equals(at)) {
      at = producer.get().input(0);
      producer = graph.producer(at);
    }
    return at;
  }

  private static boolean passes(OnnxNode node) {
    return isView(node) || isQuantizer(node);
  }

  /** The node behind {@link #source(String)}. */
  public Optional<OnnxNode> sourceNode(String value) {
    return graph.producer(source(value));
  }

  /** Uses of {@code value} for its elements, not only for its shape. */
  public List<OnnxGraph.Use> dataUses(String value) {
    return graph.uses(value).stream()
        .filter(use -> !use.node().is("Shape") && !use.node().is("Size"))
        .toList();
  }

  /** The one data use of {@code value}; empty where there are several or it is a graph output. */
  public Optional<OnnxGraph.Use> onlyUse(String value) {
    List<OnnxGraph.Use> uses = dataUses(value);
    return uses.size() == 1 && uses.get(0).inputIndex() >= 0 && !graph.isOutput(value)
        ? Optional.of(uses.get(0))
        : Optional.empty();
  }

  /**
   * The {@code ReduceMax} over the last axis that {@code sub} subtracts from the tensor it is taken
   * of, directly or after a clamp at 0.
   */
  public Optional<OnnxNode> ownMaximum(OnnxNode sub) {
    Optional<OnnxNode> by = sourceNode(sub.input(1));
    if (by.filter(n -> n.is("Max") || n.is("Relu")).isPresent()) {
      by = sourceNode(by.get().input(0));
    }
    return by.filter(
        n ->
            n.is("ReduceMax")
                && source(n.input(0)).equals(source(sub.input(0)))
                && reducesLastAxis(n));
  }

  /** Whether a reduction is over the last axis alone and keeps it. */
  public boolean reducesLastAxis(OnnxNode reduction) {
    Optional<List<Long>> axes =
        reduction.hasInput(1) ? integers(reduction.input(1)) : reduction.intsAttribute("axes");
    // Scores have at most four dimensions as a rule; their axis 3 is the last where no shape tells.
    int rank = graph.info(reduction.input(0)).map(info -> info.rank()).orElse(-1);
    long last = rank < 0 ? 3 : rank - 1L;
    return axes.filter(a -> a.equals(List.of(-1L)) || a.equals(List.of(last))).isPresent()
        && reduction.intAttribute("keepdims", 1) == 1;
  }

  /** Data uses of {@code value} and of its views by nodes that are not views themselves. */
  public List<OnnxGraph.Use> realUses(String value) {
    return dataUses(value).stream()
        .flatMap(
            use ->
                use.inputIndex() == 0 && passes(use.node())
                    ? realUses(use.node().output(0)).stream()
                    : Stream.of(use))
        .toList();
  }

  /** Whether {@code node} multiplies two matrices, however spelled. */
  public static boolean isProduct(OnnxNode node) {
    return node.is("MatMul")
        || node.is("Gemm")
        || node.is("com.microsoft", "FusedMatMul")
        || node.is("com.microsoft", "TransposeMatMul")
        || node.is("com.microsoft", "MatMulNBits")
        || (node.is("Einsum") && node.inputs().size() == 2);
  }

  /** Whether {@code node} multiplies two tensors that both depend on the model's input. */
  public boolean isActivationProduct(OnnxNode node) {
    return isProduct(node) && !isConstant(node.input(0)) && !isConstant(node.input(1));
  }
}
