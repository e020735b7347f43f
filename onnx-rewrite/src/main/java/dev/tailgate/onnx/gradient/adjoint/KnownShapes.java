package dev.tailgate.onnx.gradient.adjoint;

import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is known of the shapes of values before a model runs: what the file states, and what a
 * caller found out. Rules are right without it; with it they add fewer nodes. Dimensions that are
 * not {@link Dim.Known} may differ from run to run, those of one symbol are equal within a run.
 */
public final class KnownShapes {
  private final OnnxGraph graph;
  private final Map<String, List<Dim>> found;

  private KnownShapes(OnnxGraph graph, Map<String, List<Dim>> found) {
    this.graph = graph;
    this.found = Map.copyOf(found);
  }

  /**
   * The shapes of the values of {@code graph}.
   *
   * @param found by value, in place of what the file states
   */
  public static KnownShapes of(OnnxGraph graph, Map<String, List<Dim>> found) {
    return new KnownShapes(graph, found);
  }

  /** The dimensions of a value; empty where not even their number is known. */
  public Optional<List<Dim>> of(String value) {
    List<Dim> dims = found.get(value);
    if (dims != null) {
      return Optional.of(dims);
    }
    return graph
        .constant(value)
        .map(constant -> constant.dims().stream().map(Dim::of).toList())
        .or(() -> graph.info(value).flatMap(ValueInfo::shape));
  }

  /** The number of dimensions. */
  public OptionalInt rank(String value) {
    return of(value).stream().mapToInt(List::size).findFirst();
  }

  /** Whether two values have one shape in every run. */
  public boolean areEqual(String one, String other) {
    Optional<List<Dim>> dims = of(one);
    boolean areKnown =
        dims.isPresent() && dims.get().stream().noneMatch(Dim.Unknown.class::isInstance);
    return one.equals(other) || (areKnown && dims.equals(of(other)));
  }
}
