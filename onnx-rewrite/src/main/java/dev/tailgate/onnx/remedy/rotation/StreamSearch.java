package dev.tailgate.onnx.remedy.rotation;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.layer.Layers;
import dev.tailgate.onnx.layer.LinearLayer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Collects a residual stream from one of its values: through sums, scalings and moves of rows, to
 * what made them and to all who read them. A value with an unknown maker is an entry; an unknown
 * reader is a fault, and so is an entry that depends on the stream.
 */
final class StreamSearch {
  private static final Set<String> SUMS = Set.of("Add", "Sub", "Sum");

  private final Layers layers;
  private final Dataflow flow;
  private final LastAxis axes;
  private final int width;
  private final Map<OnnxNode, NormReading> normAt = new HashMap<>();
  private final Set<String> normed = new HashSet<>();
  private final Set<String> values = new LinkedHashSet<>();
  private final Set<LinearLayer> writers = new LinkedHashSet<>();
  private final Set<OnnxGraph.Use> constants = new LinkedHashSet<>();
  private final Set<String> entries = new LinkedHashSet<>();
  private final Set<NormReading> norms = new LinkedHashSet<>();
  private final Set<LinearLayer> readers = new LinkedHashSet<>();
  private final Deque<String> open = new ArrayDeque<>();
  private Optional<String> fault = Optional.empty();

  StreamSearch(Layers layers, LastAxis axes, List<NormReading> readings, int width) {
    this.layers = layers;
    this.flow = layers.flow();
    this.axes = axes;
    this.width = width;
    for (NormReading reading : readings) {
      reading.core().forEach(node -> normAt.put(node, reading));
      normed.add(reading.norm().output());
    }
  }

  /** The stream that {@code seed} belongs to; afterwards {@link #fault} says what is wrong. */
  ResidualStream from(String seed) {
    open.add(seed);
    while (!open.isEmpty()) {
      String value = open.pop();
      if (values.add(value)) {
        findMaker(value);
        findReaders(value);
      }
    }
    ResidualStream stream =
        new ResidualStream(width, values, writers, constants, entries, norms, readers);
    check(stream);
    return stream;
  }

  /** Why the stream cannot be rotated, where it cannot. */
  Optional<String> fault() {
    return fault;
  }

  private void fail(String reason) {
    fault = fault.or(() -> Optional.of(reason));
  }

  private void findMaker(String value) {
    Optional<LinearLayer> linear = layers.making(value).filter(l -> l.out() == width);
    Optional<OnnxNode> maker = flow.graph().producer(value);
    if (linear.isPresent()) {
      writers.add(linear.get());
    } else if (maker.isEmpty() || normed.contains(value) || isSharedTable(maker.get())) {
      entries.add(value);
    } else if (SUMS.contains(maker.get().opType())) {
      for (int i = 0; i < maker.get().inputs().size(); i++) {
        operand(maker.get(), i);
      }
    } else if (scaled(maker.get()) >= 0) {
      operand(maker.get(), scaled(maker.get()));
    } else if (axes.isKept(maker.get(), width)) {
      LastAxis.rows(maker.get()).forEach(i -> operand(maker.get(), i));
    } else {
      entries.add(value);
    }
  }

  /** A table that the head multiplies by too stays as it is: turning it would store it twice. */
  private boolean isSharedTable(OnnxNode node) {
    return node.is("Gather")
        && flow.graph().constant(node.input(0)).isPresent()
        && flow.graph().uses(node.input(0)).size() > 1;
  }

  /** The input that {@code node} multiplies by a scalar, -1 where it does something else. */
  private int scaled(OnnxNode node) {
    if ((node.is("Mul") || node.is("Div")) && flow.scalar(node.input(1)).isPresent()) {
      return 0;
    }
    return node.is("Mul") && flow.scalar(node.input(0)).isPresent() ? 1 : -1;
  }

  private void operand(OnnxNode node, int input) {
    String value = node.input(input);
    boolean isRows =
        flow.graph()
            .constant(value)
            .filter(c -> c.type().isFloat() && !c.dims().isEmpty())
            .filter(c -> c.dims().get(c.dims().size() - 1) == width)
            .isPresent();
    if (isRows) {
      constants.add(new OnnxGraph.Use(node, input));
    } else if (flow.graph().constant(value).isPresent()) {
      fail(node.id() + " adds a constant of another width to it");
    } else {
      open.add(value);
    }
  }

  private void findReaders(String value) {
    if (flow.graph().isOutput(value)) {
      fail(Printable.of(value) + " is an output of the model");
    }
    for (OnnxGraph.Use use : flow.dataUses(value)) {
      OnnxNode node = use.node();
      NormReading norm = normAt.get(node);
      Optional<LinearLayer> linear = layers.at(node).filter(l -> l.in() == width);
      if (use.inputIndex() < 0) {
        fail("a subgraph of " + node.id() + " reads it");
      } else if (norm != null && norm.read().contains(value)) {
        norms.add(norm);
      } else if (linear.isPresent() && use.inputIndex() == 0) {
        readers.add(linear.get());
      } else if (SUMS.contains(node.opType())
          || scaled(node) == use.inputIndex()
          || (axes.isKept(node, width) && LastAxis.rows(node).contains(use.inputIndex()))) {
        open.add(node.output(0));
      } else {
        fail(node.id() + " (" + Printable.of(node.opType()) + ") reads it");
      }
    }
  }

  private void check(ResidualStream stream) {
    if (stream.norms().size() < 2) {
      // What reads it matters less than that there is no stream.
      fault =
          Optional.of(
              stream.entries().stream().anyMatch(normed::contains)
                  ? "it ends in a norm and the next starts with its result (post-LN), whose gain"
                      + " does not commute with a rotation"
                  : "fewer than two norms read it");
      return;
    }
    Set<String> behind = behind(stream.values());
    for (String entry : stream.entries()) {
      Optional<OnnxNode> maker = flow.graph().producer(entry);
      if (maker.filter(n -> n.inputs().stream().anyMatch(behind::contains)).isPresent()) {
        fail(maker.get().id() + " (" + Printable.of(maker.get().opType()) + ") writes to it");
      }
    }
    boolean mixed =
        stream.norms().stream().map(reading -> reading.norm().centred()).distinct().count() > 1;
    if (mixed) {
      fail("some of its norms subtract the mean and some do not");
    }
    if (stream.isCentred() && !stream.readers().isEmpty()) {
      fail(stream.readers().iterator().next().id() + " reads it with its mean, without a norm");
    }
    for (NormReading reading : stream.norms()) {
      if (!values.containsAll(reading.read())) {
        fail(reading.place(flow) + " reads it in another layout");
      }
    }
  }

  /** Everything that depends on {@code start}, captures by subgraphs included. */
  private Set<String> behind(Set<String> start) {
    Set<String> found = new HashSet<>(start);
    Deque<String> next = new ArrayDeque<>(start);
    while (!next.isEmpty()) {
      for (OnnxGraph.Use use : flow.dataUses(next.pop())) {
        for (String output : use.node().outputs()) {
          if (found.add(output)) {
            next.add(output);
          }
        }
      }
    }
    return found;
  }
}
