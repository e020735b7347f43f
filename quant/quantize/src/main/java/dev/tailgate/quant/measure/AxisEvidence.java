package dev.tailgate.quant.measure;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.tap.TokenLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells samples and tokens among the axes of activations, from runs on inputs of known sizes. One
 * run is enough where no other axis happens to have the size looked for; every further run of other
 * sizes rules out axes that did not follow.
 */
final class AxisEvidence {
  /** A run: how many samples of how many tokens, and what the activations were. */
  private record Run(int rows, int tokens, Map<String, ValueShapes.Seen> seen) {}

  private final OnnxGraph graph;
  private final List<Run> runs = new ArrayList<>();

  AxisEvidence(OnnxGraph graph) {
    this.graph = graph;
  }

  void add(int rows, int tokens, Map<String, ValueShapes.Seen> seen) {
    runs.add(new Run(rows, tokens, seen));
  }

  /**
   * Tokens of a sample: the second axis of integer inputs, else of an input {@code [B, T, C]}; 0
   * where no input has such an axis.
   */
  static int tokens(Map<String, Tensor> inputs, int rows) {
    return inputs.values().stream()
        .filter(t -> !t.type().isFloat() && t.rank() >= 2 && t.dim(0) == rows)
        .mapToInt(t -> (int) t.dim(1))
        .findFirst()
        .orElse(
            inputs.values().stream()
                .filter(t -> t.rank() == 3 && t.dim(0) == rows)
                .mapToInt(t -> (int) t.dim(1))
                .findFirst()
                .orElse(0));
  }

  /** The layout of {@code tensor}, which had {@code rank} axes in the first run. */
  TokenLayout layout(String tensor, int rank) {
    List<Run> all =
        runs.stream()
            .filter(run -> seen(run, tensor).filter(s -> s.shape().length == rank).isPresent())
            .filter(run -> seen(run, tensor).filter(s -> s.elements() > 0).isPresent())
            .toList();
    int samples = samples(all, tensor, rank);
    List<Run> telling = all.stream().filter(run -> run.tokens() >= 2).toList();
    if (telling.isEmpty()) {
      return new TokenLayout.None(samples);
    }
    List<Integer> axes = new ArrayList<>();
    // The token axis is looked for next to the channels first: [B, H, T, D] has heads before it.
    for (int axis = rank - 2; axis > samples; axis--) {
      int at = axis;
      if (telling.stream().allMatch(run -> isTokens(run, tensor, samples, at))) {
        axes.add(axis);
      }
    }
    if (!axes.isEmpty()) {
      return new TokenLayout.Axis(
          samples,
          axes.stream().filter(axis -> isOpen(tensor, axis)).findFirst().orElse(axes.get(0)));
    }
    boolean flattened =
        rank == 2
            && telling.stream()
                .allMatch(run -> shape(run, tensor)[0] == (long) run.rows() * run.tokens());
    return flattened ? new TokenLayout.Flattened() : new TokenLayout.None(samples);
  }

  /**
   * The axis that follows the samples through runs of different numbers of them, behind axes of one
   * entry only; otherwise 0. The last axis holds channels.
   */
  private static int samples(List<Run> runs, String tensor, int rank) {
    if (runs.stream().mapToInt(Run::rows).distinct().count() < 2) {
      return 0;
    }
    for (int axis = 0; axis < rank - 1; axis++) {
      int at = axis;
      if (runs.stream().allMatch(run -> shape(run, tensor)[at] == run.rows())) {
        return axis;
      }
      if (!runs.stream().allMatch(run -> shape(run, tensor)[at] == 1)) {
        return 0;
      }
    }
    return 0;
  }

  private static boolean isTokens(Run run, String tensor, int samples, int axis) {
    long[] shape = shape(run, tensor);
    return shape[samples] == run.rows() && shape[axis] == run.tokens();
  }

  /** Whether the file leaves the size open, as it does that of tokens; unknown without a shape. */
  private boolean isOpen(String tensor, int axis) {
    Optional<List<Dim>> stated = graph.info(tensor).flatMap(ValueInfo::shape);
    return stated.isEmpty()
        || stated.get().size() <= axis
        || stated.get().get(axis).sizeOrMinusOne() < 0;
  }

  private static Optional<ValueShapes.Seen> seen(Run run, String tensor) {
    return Optional.ofNullable(run.seen().get(tensor));
  }

  private static long[] shape(Run run, String tensor) {
    return seen(run, tensor).orElseThrow().shape();
  }
}
