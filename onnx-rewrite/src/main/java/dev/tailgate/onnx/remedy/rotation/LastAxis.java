package dev.tailgate.onnx.remedy.rotation;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.Ranks;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which operators move whole rows {@code [D]} of a tensor {@code [..., D]} about and so commute
 * with a matrix multiplied from the right. What cannot be proved from constants and declared shapes
 * counts as not.
 */
final class LastAxis {
  private final Dataflow flow;
  private final Ranks ranks;

  LastAxis(Dataflow flow) {
    this.flow = flow;
    this.ranks = Ranks.of(flow);
  }

  /** Whether each row of {@code node}'s first output is a row of one of its data inputs. */
  boolean isKept(OnnxNode node, int width) {
    if (!node.domain().isEmpty()) {
      return false;
    }
    return switch (node.opType()) {
      // An axis of size 1 is squeezed, so not that of the rows; nor is that one broadcast.
      case "Identity", "Cast", "Dropout", "Squeeze", "Expand" -> true;
      case "Reshape", "Flatten" -> isWidth(node.output(0), width) && isWidth(node.input(0), width);
      case "Transpose" -> {
        Optional<List<Long>> perm = node.intsAttribute("perm");
        yield perm.filter(p -> p.get(p.size() - 1) == p.size() - 1L).isPresent();
      }
      case "Unsqueeze" -> axes(node, 1).filter(a -> noneLast(a, node.output(0))).isPresent();
      case "Slice" -> axes(node, 3).filter(a -> noneLast(a, node.input(0))).isPresent();
      case "Gather" -> noneLast(List.of(node.intAttribute("axis", 0)), node.input(0));
      case "Concat" -> noneLast(List.of(node.intAttribute("axis", -1)), node.output(0));
      default -> false;
    };
  }

  /** The inputs of {@code node} whose rows come out again. */
  static List<Integer> rows(OnnxNode node) {
    List<Integer> inputs = new ArrayList<>();
    for (int i = 0; i < (node.is("Concat") ? node.inputs().size() : 1); i++) {
      inputs.add(i);
    }
    return inputs;
  }

  private Optional<List<Long>> axes(OnnxNode node, int input) {
    return node.hasInput(input) ? flow.integers(node.input(input)) : node.intsAttribute("axes");
  }

  private boolean noneLast(List<Long> axes, String value) {
    int rank = rank(value);
    return axes.stream().allMatch(axis -> isNotLast(axis, rank));
  }

  /** Rows that are normalised have a batch of at least one axis around them. */
  private static boolean isNotLast(long axis, int rank) {
    return rank < 0 ? axis == 0 || axis < -1 : axis != -1 && axis != rank - 1;
  }

  /** Rank of {@code value}, -1 where unknown. */
  int rank(String value) {
    return ranks.of(value);
  }

  /** Whether the last axis of {@code value} is known to have {@code width} elements. */
  boolean isWidth(String value, int width) {
    return declared(value, width) || made(value, width) || multiplied(value, width);
  }

  private boolean declared(String value, int width) {
    return flow.graph()
        .info(value)
        .flatMap(ValueInfo::shape)
        .filter(dims -> !dims.isEmpty())
        .map(dims -> dims.get(dims.size() - 1))
        .filter(dim -> dim instanceof Dim.Known known && known.size() == width)
        .isPresent();
  }

  private boolean made(String value, int width) {
    Optional<OnnxNode> maker = flow.graph().producer(value);
    if (maker.isEmpty()) {
      return false;
    }
    OnnxNode node = maker.get();
    if (node.is("Reshape")) {
      return endsIn(node.input(1), width);
    }
    if (node.is("Cast") || node.is("Identity")) {
      return isWidth(node.input(0), width);
    }
    if (node.is("Add")) {
      // Operands may be broadcast, but not both on an axis that is wider than 1.
      return node.inputs().stream()
          .anyMatch(input -> isVector(input, width) || (width > 1 && isWidth(input, width)));
    }
    if (node.is("Mul") || node.is("Gemm")) {
      return node.inputs().stream().anyMatch(input -> isVector(input, width));
    }
    if (node.is("MatMul")) {
      return isMatrix(node.input(1), width);
    }
    if (node.is("Gather")) {
      return isRows(node.input(0), width) && node.intAttribute("axis", 0) == 0;
    }
    return node.is("LayerNormalization") && isVector(node.input(1), width);
  }

  /** A product with a matrix of {@code width} rows takes nothing else. */
  private boolean multiplied(String value, int width) {
    return flow.graph().uses(value).stream()
        .filter(use -> use.inputIndex() == 0)
        .map(OnnxGraph.Use::node)
        .filter(n -> n.is("MatMul") || (n.is("Gemm") && n.intAttribute("transA", 0) == 0))
        .anyMatch(n -> rowsOf(n) == width);
  }

  private long rowsOf(OnnxNode product) {
    int axis = product.is("Gemm") && product.intAttribute("transB", 0) != 0 ? 1 : 0;
    return flow.graph()
        .constant(product.input(1))
        .filter(c -> c.dims().size() == 2)
        .map((ConstantTensor c) -> c.dims().get(axis))
        .orElse(-1L);
  }

  private boolean isVector(String value, int width) {
    return flow.graph()
        .constant(value)
        .filter(c -> c.dims().equals(List.of((long) width)))
        .isPresent();
  }

  private boolean isMatrix(String value, int width) {
    return flow.graph()
        .constant(value)
        .filter(c -> c.dims().size() == 2 && c.dims().get(1) == width)
        .isPresent();
  }

  private boolean isRows(String value, int width) {
    return flow.graph()
        .constant(value)
        .map(ConstantTensor::dims)
        .filter(dims -> dims.size() > 1 && dims.get(dims.size() - 1) == width)
        .isPresent();
  }

  /** Whether a shape ends in {@code width}: a constant, or what is read off such a tensor. */
  private boolean endsIn(String shape, int width) {
    Optional<List<Long>> sizes = flow.integers(shape);
    if (sizes.isPresent()) {
      return !sizes.get().isEmpty() && sizes.get().get(sizes.get().size() - 1) == width;
    }
    Optional<OnnxNode> maker = flow.graph().producer(shape);
    if (maker.isEmpty()) {
      return false;
    }
    OnnxNode node = maker.get();
    return switch (node.opType()) {
      case "Concat" -> endsIn(node.input(node.inputs().size() - 1), width);
      case "Unsqueeze", "Squeeze", "Cast", "Identity" -> endsIn(node.input(0), width);
      case "Shape" -> !node.hasAttribute("end") && isWidth(node.input(0), width);
      // From the last size on there is but one.
      case "Gather", "Slice" ->
          shapeOf(node.input(0))
              .filter(v -> isLast(node.input(1), v) && isWidth(v, width))
              .isPresent();
      default -> false;
    };
  }

  /** The tensor that {@code value} is the whole shape of. */
  private Optional<String> shapeOf(String value) {
    return flow.graph()
        .producer(value)
        .filter(n -> n.is("Shape") && !n.hasAttribute("start") && !n.hasAttribute("end"))
        .map(n -> n.input(0));
  }

  private boolean isLast(String position, String tensor) {
    long last = rank(tensor) - 1L;
    return flow.integers(position)
        .filter(at -> at.size() == 1 && (at.get(0) == -1 || (last >= 0 && at.get(0) == last)))
        .isPresent();
  }

  /** Uses of the rows of {@code value} by what does more than move them. */
  List<OnnxGraph.Use> readers(String value, int width) {
    List<OnnxGraph.Use> uses = new ArrayList<>();
    for (OnnxGraph.Use use : flow.dataUses(value)) {
      boolean moves =
          use.inputIndex() == 0
              && LastAxis.rows(use.node()).size() == 1
              && isKept(use.node(), width);
      if (moves && !flow.graph().isOutput(use.node().output(0))) {
        uses.addAll(readers(use.node().output(0), width));
      } else {
        uses.add(use);
      }
    }
    return uses;
  }
}
