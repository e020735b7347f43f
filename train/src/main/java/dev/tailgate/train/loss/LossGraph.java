package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The graph that losses are added to: the student's values by name, and what is fed beside the
 * student's own inputs, each declared once however many losses read it.
 */
public final class LossGraph {
  private final OnnxModel student;
  private final GraphBuilder builder;
  private final KnownShapes shapes;
  private final Map<Feed, Value> feeds = new LinkedHashMap<>();

  /** Losses of {@code student}. */
  public LossGraph(OnnxModel student, KnownShapes shapes) {
    this.student = student;
    this.builder = GraphBuilder.on(student);
    this.shapes = shapes;
  }

  /** Where nodes are added. */
  public GraphBuilder builder() {
    return builder;
  }

  /** What is to be fed, by the input that a loss declared for it. */
  public Map<String, Feed> feeds() {
    Map<String, Feed> byInput = new LinkedHashMap<>();
    feeds.keySet().forEach(feed -> byInput.put(feed.input(), feed));
    return byInput;
  }

  /** A value of the student, which is to be a float. */
  public Value student(String name) {
    Value value = any(name);
    if (!value.type().isFloat()) {
      throw ModelException.doing("adding a loss")
          .expected("a float value " + name)
          .found(value.type().label())
          .fix("Losses are computed of floats.");
    }
    return value;
  }

  /** A value of the student of any type: an input such as its mask. */
  public Value any(String name) {
    boolean isThere =
        student.graph().producer(name).isPresent()
            || student.graph().inputs().stream().anyMatch(input -> input.name().equals(name));
    if (!isThere) {
      throw ModelException.doing("adding a loss")
          .expected("a value " + name + " of the model")
          .found("none of that name")
          .fix("Name an input of the model or what a node makes.");
    }
    return builder.value(name);
  }

  /** The rank of a value of the student. */
  public int rank(String name) {
    return shapes
        .rank(name)
        .orElseThrow(
            () ->
                ModelException.doing("adding a loss")
                    .expected("a value of a known number of dimensions")
                    .found("none known of " + name)
                    .fix("Export the model with shapes, or choose another value."));
  }

  /** What is fed, of {@code rank} dimensions of open size. */
  public Value fed(Feed feed, ElementType type, int rank) {
    return fed(feed, type, Collections.nCopies(rank, new Dim.Unknown()));
  }

  private Value fed(Feed feed, ElementType type, List<Dim> dims) {
    return feeds.computeIfAbsent(
        feed, key -> builder.input(new ValueInfo(key.input(), type, Optional.of(dims))));
  }

  /** The teacher's value of this name, in the type and the shape of {@code like}. */
  public Value teacher(String name, String like) {
    Set<Dim> symbols =
        student.graph().inputs().stream()
            .flatMap(input -> shapes.of(input.name()).stream().flatMap(List::stream))
            .collect(Collectors.toSet());
    List<Dim> dims =
        shapes.of(like).orElseGet(() -> Collections.nCopies(rank(like), new Dim.Unknown())).stream()
            .map(dim -> dim instanceof Dim.Known || symbols.contains(dim) ? dim : new Dim.Unknown())
            .toList();
    return fed(new Feed.Teacher(name), builder.value(like).type(), dims);
  }
}
