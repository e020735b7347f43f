package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;

/**
 * A matrix product with constant weights and, where there is one, its bias: {@code output = input W
 * + b}.
 *
 * @param product the MatMul, Gemm or FusedMatMul; the larger part of a {@link SplitProduct}
 * @param input the activation operand, {@code [..., Din]}
 * @param output the result after bias, {@code [..., Dout]}
 */
public record Linear(OnnxNode product, String input, String output) {
  private static final int SPREAD_LIMIT = 1 << 16;

  /** The linear map whose product is {@code node}, if that is one. */
  public static Optional<Linear> at(Dataflow flow, OnnxNode node) {
    if (isPointwise(flow, node)) {
      return Optional.of(new Linear(node, node.input(0), node.output(0)));
    }
    if (!Dataflow.isProduct(node)) {
      return Optional.empty();
    }
    boolean first = flow.isConstant(node.input(0));
    boolean second = flow.isConstant(node.input(1));
    if (first == second) {
      return Optional.empty();
    }
    Optional<SplitProduct> split = SplitProduct.at(flow, node);
    if (split.isPresent()) {
      return split.get().larger() == node
          ? Optional.of(
              new Linear(node, split.get().source(), afterBias(flow, split.get().sum().output(0))))
          : Optional.empty();
    }
    return Optional.of(
        new Linear(node, node.input(first ? 1 : 0), afterBias(flow, node.output(0))));
  }

  /** {@code Din}, where a matrix of weights tells. */
  public Optional<Long> inputWidth(Dataflow flow) {
    return weightDim(flow, 0);
  }

  /** {@code Dout}, where a matrix of weights tells. */
  public Optional<Long> outputWidth(Dataflow flow) {
    return weightDim(flow, 1);
  }

  /** A dimension of {@code W [Din, Dout]}, however the matrix is turned. */
  private Optional<Long> weightDim(Dataflow flow, int axis) {
    if (product.is("com.microsoft", "MatMulNBits")) {
      long width = product.intAttribute(axis == 0 ? "K" : "N", 0);
      return width > 0 ? Optional.of(width) : Optional.empty();
    }
    String weight = product.input(flow.isConstant(product.input(1)) ? 1 : 0);
    boolean turned = product.intAttribute("transB", 0) == 1;
    boolean viewed = flow.graph().producer(weight).filter(n -> n.is("Transpose")).isPresent();
    return flow.graph()
        .constant(flow.source(weight))
        .map(ConstantTensor::dims)
        .filter(dims -> dims.size() == 2 && Dataflow.isProduct(product))
        .map((List<Long> dims) -> dims.get(turned != viewed ? 1 - axis : axis));
  }

  /** The linear map that {@code value} is the output of, with bias or before it. */
  public static Optional<Linear> making(Dataflow flow, String value) {
    Optional<OnnxNode> producer = flow.graph().producer(value);
    if (producer.isEmpty()) {
      return Optional.empty();
    }
    OnnxNode node = producer.get();
    if (!node.is("Add")) {
      return at(flow, node);
    }
    Optional<SplitProduct> split = SplitProduct.making(flow, value);
    if (split.isPresent()) {
      return at(flow, split.get().larger());
    }
    for (int i = 0; i < 2; i++) {
      if (flow.isConstant(node.input(1 - i))) {
        Optional<Linear> linear =
            flow.sourceNode(node.input(i))
                .map(maker -> whole(flow, maker))
                .flatMap(product -> at(flow, product));
        if (linear.isPresent() && linear.get().output().equals(value)) {
          return linear;
        }
      }
    }
    return Optional.empty();
  }

  /** The product itself, or the larger part of one that is computed in two. */
  private static OnnxNode whole(Dataflow flow, OnnxNode maker) {
    return SplitProduct.making(flow, maker.output(0)).map(SplitProduct::larger).orElse(maker);
  }

  /** A convolution over single positions is a linear map of the channels. */
  private static boolean isPointwise(Dataflow flow, OnnxNode node) {
    return node.is("Conv")
        && node.intAttribute("group", 1) == 1
        && flow.isConstant(node.input(1))
        && node.intsAttribute("kernel_shape")
            .filter(sizes -> sizes.stream().allMatch(size -> size == 1))
            .isPresent();
  }

  private static String afterBias(Dataflow flow, String product) {
    String at = product;
    // A cast, a quantizer pair or a change of shape can sit between the product and its bias.
    while (true) {
      List<OnnxGraph.Use> uses = flow.dataUses(at);
      if (uses.size() != 1 || flow.graph().isOutput(at)) {
        return product;
      }
      OnnxNode next = uses.get(0).node();
      int other = 1 - uses.get(0).inputIndex();
      if (next.is("Add") && other <= 1) {
        return isBias(flow, next.input(other)) ? next.output(0) : product;
      }
      boolean keepsOrder = Dataflow.isView(next) && !next.is("Transpose") && !next.is("Expand");
      if ((!keepsOrder && !Dataflow.isQuantizer(next)) || other != 1) {
        return product;
      }
      at = next.output(0);
    }
  }

  private static boolean isBias(Dataflow flow, String value) {
    return flow.isConstant(value)
        && flow.graph().constant(value).map(Linear::isOneRow).orElse(true);
  }

  /** One vector, or one spread over positions: a table of positions has rows that differ. */
  private static boolean isOneRow(ConstantTensor tensor) {
    List<Long> dims = tensor.dims();
    if (dims.stream().filter(d -> d != 1).count() <= 1) {
      return true;
    }
    if (tensor.elementCount() > SPREAD_LIMIT) {
      return false;
    }
    double[] values = tensor.toDoubles(SPREAD_LIMIT);
    int width = (int) dims.get(dims.size() - 1).longValue();
    for (int i = width; i < values.length; i++) {
      if (values[i] != values[i - width]) {
        return false;
      }
    }
    return true;
  }
}
