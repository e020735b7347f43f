package dev.tailgate.onnx.layer;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.Linear;
import dev.tailgate.onnx.attention.SplitProduct;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.role.Norm;
import dev.tailgate.onnx.role.NormFinder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The linear layers and norms of a main graph, in graph order, indexed by what they read. */
public final class Layers {
  private final Dataflow flow;
  private final List<LinearLayer> linears = new ArrayList<>();
  private final List<NormLayer> norms = new ArrayList<>();
  private final Map<OnnxNode, LinearLayer> byProduct = new LinkedHashMap<>();
  private final Map<String, LinearLayer> byOutput = new LinkedHashMap<>();
  private final Map<String, NormLayer> normByOutput = new LinkedHashMap<>();

  private Layers(Dataflow flow) {
    this.flow = flow;
    for (OnnxNode node : flow.graph().nodes()) {
      linear(node).ifPresent(this::add);
    }
    for (Norm norm : NormFinder.find(flow)) {
      NormLayer layer = NormParameters.of(flow, norm);
      norms.add(layer);
      normByOutput.put(layer.output(), layer);
    }
  }

  /** The layers of the graph of {@code flow}. */
  static Layers of(Dataflow flow) {
    return new Layers(flow);
  }

  private void add(LinearLayer layer) {
    linears.add(layer);
    byProduct.put(layer.product(), layer);
    byOutput.put(layer.output(), layer);
  }

  /** What is constant, and who reads what. */
  public Dataflow flow() {
    return flow;
  }

  /** Linear layers in graph order. */
  public List<LinearLayer> linears() {
    return List.copyOf(linears);
  }

  /** Norms in graph order. */
  public List<NormLayer> norms() {
    return List.copyOf(norms);
  }

  /** The linear layer whose product is {@code node}. */
  public Optional<LinearLayer> at(OnnxNode node) {
    return Optional.ofNullable(byProduct.get(node));
  }

  /** The linear layer that makes {@code value}, after its bias. */
  public Optional<LinearLayer> making(String value) {
    return Optional.ofNullable(byOutput.get(value));
  }

  /** The norm that makes {@code value}. */
  public Optional<NormLayer> normMaking(String value) {
    return Optional.ofNullable(normByOutput.get(value));
  }

  /**
   * The layers that read {@code value}, directly or through views that keep its last axis; empty
   * where anything else reads it too, a graph output included.
   */
  public Optional<List<LinearLayer>> onlyReaders(String value) {
    List<LinearLayer> readers = new ArrayList<>();
    return collectReaders(value, readers) && !readers.isEmpty()
        ? Optional.of(readers)
        : Optional.empty();
  }

  private boolean collectReaders(String value, List<LinearLayer> readers) {
    if (flow.graph().isOutput(value)) {
      return false;
    }
    for (OnnxGraph.Use use : flow.dataUses(value)) {
      Optional<LinearLayer> layer = at(use.node()).filter(l -> use.inputIndex() == 0);
      if (layer.isPresent()) {
        readers.add(layer.get());
      } else if (use.inputIndex() != 0
          || !keepsLastAxis(use.node())
          || !collectReaders(use.node().output(0), readers)) {
        return false;
      }
    }
    return true;
  }

  /** A Reshape may split the last axis: whoever reads it then has another width. */
  private static boolean keepsLastAxis(OnnxNode node) {
    if (node.is("Transpose")) {
      return node.intsAttribute("perm")
          .filter(perm -> !perm.isEmpty() && perm.get(perm.size() - 1) == perm.size() - 1)
          .isPresent();
    }
    return Dataflow.isView(node) && !node.is("Expand");
  }

  private Optional<LinearLayer> linear(OnnxNode node) {
    boolean gemm = node.is("Gemm");
    boolean plain =
        node.is("MatMul")
            || (gemm
                && node.floatAttribute("alpha", 1) == 1
                && node.floatAttribute("beta", 1) == 1
                && node.intAttribute("transA", 0) == 0);
    if (!plain || flow.isConstant(node.input(0)) || !flow.isConstant(node.input(1))) {
      return Optional.empty();
    }
    boolean turned = gemm && node.intAttribute("transB", 0) != 0;
    String read = node.input(1);
    Optional<OnnxNode> turning = flow.graph().producer(read).filter(Layers::turnsMatrix);
    String constant = turning.map(n -> n.input(0)).orElse(read);
    Optional<ConstantTensor> matrix =
        flow.graph()
            .constant(constant)
            .filter(c -> c.dims().size() == 2 && c.type().isFloat() && c.elementCount() > 0)
            .filter(c -> c.elementCount() <= Integer.MAX_VALUE);
    if (matrix.isEmpty()) {
      return Optional.empty();
    }
    boolean outFirst = turned != turning.isPresent();
    int first = (int) (long) matrix.get().dims().get(0);
    int second = (int) (long) matrix.get().dims().get(1);
    int out = outFirst ? first : second;
    Bias bias = bias(node, out);
    return Optional.of(
        new LinearLayer(
            node,
            node.input(0),
            new OnnxGraph.Use(node, 1),
            constant,
            turned,
            turning.isEmpty(),
            outFirst ? second : first,
            out,
            bias.parameter(),
            bias.output()));
  }

  private static boolean turnsMatrix(OnnxNode node) {
    return node.is("Transpose")
        && node.intsAttribute("perm").filter(perm -> !perm.equals(List.of(1L, 0L))).isEmpty();
  }

  private record Bias(Optional<Parameter> parameter, String output) {}

  private Bias bias(OnnxNode product, int out) {
    if (product.is("Gemm") && product.hasInput(2)) {
      Optional<Parameter> own = vector(new OnnxGraph.Use(product, 2), out);
      return new Bias(own, product.output(0));
    }
    if (SplitProduct.at(flow, product).isPresent()) {
      // What follows is the sum with the other part: its bias belongs to both.
      return new Bias(Optional.empty(), product.output(0));
    }
    String output = Linear.at(flow, product).map(Linear::output).orElse(product.output(0));
    Optional<OnnxNode> add = flow.graph().producer(output).filter(n -> n.is("Add"));
    for (int i = 0; add.isPresent() && i < 2; i++) {
      Optional<Parameter> bias = vector(new OnnxGraph.Use(add.get(), i), out);
      if (bias.isPresent()) {
        return new Bias(bias, output);
      }
    }
    return new Bias(Optional.empty(), product.output(0));
  }

  private Optional<Parameter> vector(OnnxGraph.Use use, int width) {
    String name = use.node().input(use.inputIndex());
    return flow.graph()
        .constant(name)
        .filter(c -> c.type().isFloat() && c.elementCount() == width)
        .filter(c -> width == 1 || c.dims().get(c.dims().size() - 1) == width)
        .map(c -> new Parameter(name, use));
  }
}
