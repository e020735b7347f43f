package dev.tailgate.quant.placement;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.ModelMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells which nodes of a graph are products that integer kernels can run, and why others not. */
final class ProductExaminer {
  private final OnnxGraph graph;
  private final Dataflow flow;
  private final ElementTypes types;
  private final Set<String> activations;

  ProductExaminer(ModelMap map) {
    this.graph = map.model().graph();
    this.flow = map.flow();
    this.types = map.types();
    this.activations = map.activations();
  }

  OnnxGraph graph() {
    return graph;
  }

  Dataflow flow() {
    return flow;
  }

  /** Whether {@code value} is a float tensor that carries data, not a mask or a position. */
  boolean isActivation(String value) {
    return activations.contains(value);
  }

  Product.Examined examine(OnnxNode node) {
    if (!MatrixOperators.is(node)) {
      return FloatOperators.reason(node)
          .<Product.Examined>map(Product.Unquantizable::new)
          .orElseGet(Product.Unrelated::new);
    }
    return fault(node)
        .or(() -> node.is("MatMul") ? Optional.empty() : biasFault(node))
        .or(() -> node.is("Conv") ? outputFault(node) : Optional.empty())
        .<Product.Examined>map(Product.Unquantizable::new)
        .orElseGet(() -> operands(node));
  }

  private Optional<String> fault(OnnxNode node) {
    String a = node.input(0);
    String b = node.input(1);
    if (flow.isConstant(a) && flow.isConstant(b)) {
      return Optional.of("multiplies constants, which are folded before the first run");
    }
    for (String factor : List.of(a, b)) {
      if (isDequantized(factor)) {
        return Optional.of("reads a dequantized tensor already");
      }
      if (!types.isFloat(factor)) {
        return Optional.of("works on " + types.of(factor).label() + " tensors");
      }
    }
    if (!activations.contains(a) && !activations.contains(b)) {
      return Optional.of("computes positions or masks, not activations");
    }
    if (flow.isConstant(a)) {
      return Optional.of("the constant is its left factor, which no kernel takes with a sign");
    }
    return Optional.empty();
  }

  private boolean isDequantized(String value) {
    return graph.producer(value).filter(n -> n.opType().equals("DequantizeLinear")).isPresent();
  }

  /** The integer kernel adds an int32 bias, before any scaling. */
  private Optional<String> biasFault(OnnxNode node) {
    if (!node.hasInput(2)) {
      return Optional.empty();
    }
    if (graph.constant(node.input(2)).isEmpty()) {
      return Optional.of("its bias is no constant, so that it cannot be an integer");
    }
    if (node.floatAttribute("alpha", 1) != 1 || node.floatAttribute("beta", 1) != 1) {
      return Optional.of("scales product or bias by alpha or beta, which no integer kernel does");
    }
    List<Long> dims = graph.constant(node.input(2)).get().dims();
    boolean row = dims.size() < 2 || (dims.size() == 2 && dims.get(0) == 1);
    return row ? Optional.empty() : Optional.of("its bias differs between rows");
  }

  /** Integer convolutions have integer outputs only. */
  private Optional<String> outputFault(OnnxNode node) {
    String output = node.output(0);
    if (graph.isOutput(output)) {
      return Optional.of("its output is one of the model's, and integer kernels round it");
    }
    boolean captured = graph.uses(output).stream().anyMatch(use -> use.inputIndex() < 0);
    return captured
        ? Optional.of("its output is read inside a subgraph, and integer kernels round it")
        : Optional.empty();
  }

  private Product.Examined operands(OnnxNode node) {
    List<Product.Operand> operands = new ArrayList<>();
    for (int input = 0; input < 2; input++) {
      String value = node.input(input);
      Optional<WeightInputs.Weight> weight = WeightInputs.at(graph, node, input);
      if (weight.isPresent() && weight.get().axes().equals(WeightAxes.UNKNOWN)) {
        return new Product.Unquantizable(
            "its weight is reshaped first, which hides it from kernels");
      }
      if (weight.isPresent()) {
        operands.add(new Product.Constant(weight.get()));
      } else if (stored(value)) {
        return new Product.Unquantizable("the constant is no matrix");
      } else {
        OnnxGraph.Use use = LayoutSource.of(graph, node, input);
        operands.add(new Product.Activation(use.node().input(use.inputIndex()), use));
      }
    }
    return new Product.Quantizable(new Product(node, operands));
  }

  /** A constant of the file, at most in another layout; what is computed of constants is none. */
  private boolean stored(String value) {
    Optional<ConstantTensor> constant = graph.constant(flow.source(value));
    return flow.isConstant(value) && constant.isPresent();
  }
}
