package dev.tailgate.onnx.quantized;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.quantized.ProductForm.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the forms of the products of one graph off its {@link DequantizedForm}. */
final class ProductForms {
  private static final String NARROW = "MatMulNBits";
  private static final String FLOAT = "float";

  private final OnnxGraph graph;
  private final Dataflow flow;
  private final ElementTypes types;
  private final Map<String, OnnxNode> origins;
  private final String place;

  private ProductForms(DequantizedForm form, String place) {
    this.graph = form.model().graph();
    this.flow = Dataflow.of(graph);
    this.types = ElementTypes.of(graph);
    this.origins = form.origins();
    this.place = place;
  }

  /** The products of the main graph of {@code form}, in graph order. */
  static List<ProductForm> of(DequantizedForm form, String place) {
    ProductForms reader = new ProductForms(form, place);
    List<ProductForm> products = new ArrayList<>();
    for (OnnxNode node : reader.graph.nodes()) {
      if (node.is(RealNodes.CONTRIB, NARROW)) {
        products.add(reader.narrow(node));
      } else if (reader.isProduct(node)) {
        products.add(reader.product(node));
      } else if (IntegerSpellings.isInteger(node) && node.opType().endsWith("Integer")) {
        products.add(reader.unread(node));
      }
    }
    return products;
  }

  private boolean isProduct(OnnxNode node) {
    boolean multiplies =
        Dataflow.isProduct(node)
            || node.is("Conv")
            || node.is("ConvTranspose")
            || node.is(RealNodes.CONTRIB, "Attention");
    return multiplies && !(flow.isConstant(node.input(0)) && flow.isConstant(node.input(1)));
  }

  private ProductForm product(OnnxNode node) {
    int constant = flow.isConstant(node.input(0)) ? 0 : 1;
    boolean weighted = flow.isConstant(node.input(constant));
    Optional<OnnxNode> one = dequantized(node.input(1 - constant));
    Optional<OnnxNode> other = dequantized(node.input(constant));
    Kind kind = Kind.FLOAT;
    if (one.isPresent() && other.isPresent()) {
      boolean fixed = isFixed(one.get()) && isFixed(other.get());
      kind = fixed ? Kind.STATIC : Kind.DYNAMIC;
    } else if (weighted && other.isPresent()) {
      kind = Kind.WEIGHTS;
    }
    return form(
        node,
        weighted,
        kind,
        weighted ? other.map(this::grid).orElse(FLOAT) : "",
        one.map(this::grid).orElse(FLOAT));
  }

  private ProductForm form(
      OnnxNode node, boolean weighted, Kind kind, String weights, String activations) {
    OnnxNode origin = origins.getOrDefault(node.output(0), node);
    return new ProductForm(
        origin.id(), origin.opType(), place, weighted, kind, weights, activations);
  }

  private ProductForm narrow(OnnxNode node) {
    String weights =
        String.format(
            Locale.ROOT,
            "int%d per block of %d",
            node.intAttribute("bits", 4),
            node.intAttribute("block_size", 32));
    return form(node, true, Kind.WEIGHTS, weights, FLOAT);
  }

  /** An integer product whose scales were not found; what it reads is integer all the same. */
  private ProductForm unread(OnnxNode node) {
    boolean weighted = flow.isConstant(node.input(1));
    boolean dynamic =
        graph.producer(node.input(0)).filter(n -> n.is("DynamicQuantizeLinear")).isPresent();
    String right = types.of(node.input(1)).label();
    return form(
        node,
        weighted,
        dynamic ? Kind.DYNAMIC : Kind.STATIC,
        weighted ? right : "",
        types.of(node.input(0)).label());
  }

  /** The node that makes reals of codes, in front of changes of layout. */
  private Optional<OnnxNode> dequantized(String value) {
    Optional<OnnxNode> maker = graph.producer(value);
    while (maker.isPresent() && Dataflow.isView(maker.get())) {
      maker = graph.producer(maker.get().input(0));
    }
    return maker.filter(n -> n.opType().equals("DequantizeLinear"));
  }

  private boolean isFixed(OnnxNode dequantize) {
    return flow.isConstant(dequantize.input(1));
  }

  private String grid(OnnxNode dequantize) {
    String type = types.of(dequantize.input(0)).label();
    if (!isFixed(dequantize)) {
      return type + " per tensor, found in every run";
    }
    long block = dequantize.intAttribute("block_size", 0);
    if (block > 0) {
      return type + " per block of " + block;
    }
    long scales = graph.constant(dequantize.input(1)).map(ConstantTensor::elementCount).orElse(-1L);
    boolean reshaped = scales < 0 && dequantize.hasAttribute("axis");
    return type + (scales > 1 || reshaped ? " per channel" : " per tensor");
  }
}
