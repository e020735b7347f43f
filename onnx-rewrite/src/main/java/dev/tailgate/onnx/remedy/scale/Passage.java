package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Ways through a graph on which every element keeps its place in row-major order: what is channel
 * {@code i mod C} at one end is channel {@code i mod C} at the other, whatever the shapes between.
 */
final class Passage {
  private static final Set<String> SHAPES = Set.of("Flatten", "Reshape", "Squeeze", "Unsqueeze");

  private final Dataflow flow;

  Passage(Dataflow flow) {
    this.flow = flow;
  }

  /** Whether {@code node} gives the elements of its first input, in their order, as numbers. */
  static boolean keepsOrder(OnnxNode node) {
    return keepsShape(node) || (node.domain().isEmpty() && SHAPES.contains(node.opType()));
  }

  private static boolean keepsShape(OnnxNode node) {
    boolean floats =
        node.is("Cast") && ElementType.ofCode((int) node.intAttribute("to", 0)).isFloat();
    return floats || node.is("Identity") || node.is("Dropout");
  }

  /** The first value on the way to {@code value}. */
  String source(String value) {
    String at = value;
    Optional<OnnxNode> maker = flow.graph().producer(at).filter(Passage::keepsOrder);
    while (maker.isPresent()) {
      at = maker.get().input(0);
      maker = flow.graph().producer(at).filter(Passage::keepsOrder);
    }
    return at;
  }

  /**
   * The first value on the way to {@code value} of which each is read on this way only.
   *
   * @param width where given, the size that the last axis has all along; where empty, shapes may
   *     change
   */
  Optional<String> soleSource(String value, Optional<Integer> width) {
    String at = value;
    Optional<OnnxNode> maker = flow.graph().producer(at);
    while (maker.isPresent() && keepsOrder(maker.get())) {
      OnnxNode node = maker.get();
      boolean fits = width.isEmpty() || keepsShape(node) || givesWidth(node, width.get());
      if (!fits || !isSole(node.input(0))) {
        return Optional.empty();
      }
      at = node.input(0);
      maker = flow.graph().producer(at);
    }
    return Optional.of(at);
  }

  /** A reshape to a last axis of {@code width}; what it had before is for the maker to show. */
  private boolean givesWidth(OnnxNode node, int width) {
    return node.is("Reshape")
        && flow.integers(node.input(1))
            .filter(dims -> !dims.isEmpty() && dims.get(dims.size() - 1) == width)
            .isPresent();
  }

  /** Whether one node reads {@code value} once, and nobody else. */
  boolean isSole(String value) {
    return flow.onlyUse(value).isPresent();
  }

  /** The first use of {@code value}, along ways onwards, that is no product of {@code readers}. */
  Optional<String> otherReader(String value, Set<OnnxNode> readers) {
    if (flow.graph().isOutput(value)) {
      return Optional.of("the model's own output");
    }
    List<OnnxGraph.Use> uses = flow.dataUses(value);
    for (OnnxGraph.Use use : uses) {
      OnnxNode node = use.node();
      if (use.inputIndex() == 0 && keepsOrder(node)) {
        Optional<String> other = otherReader(node.output(0), readers);
        if (other.isPresent()) {
          return other;
        }
      } else if (use.inputIndex() != 0 || !readers.contains(node)) {
        return Optional.of(node.opType() + " " + node.id());
      }
    }
    return Optional.empty();
  }
}
