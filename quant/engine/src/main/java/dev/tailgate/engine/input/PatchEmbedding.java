package dev.tailgate.engine.input;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What the first convolutions make of pixels or of a signal. */
public final class PatchEmbedding {
  private static final Set<String> PASSED =
      Set.of("Cast", "Identity", "Unsqueeze", "Reshape", "Transpose", "Sub", "Div", "Mul", "Add");
  private static final Set<String> BETWEEN =
      Set.of(
          "Add",
          "BatchNormalization",
          "Cast",
          "Clip",
          "Div",
          "Elu",
          "Erf",
          "Gelu",
          "GroupNormalization",
          "Identity",
          "InstanceNormalization",
          "LayerNormalization",
          "LeakyRelu",
          "Mul",
          "Pow",
          "ReduceMean",
          "Relu",
          "Reshape",
          "Sigmoid",
          "Sqrt",
          "Sub",
          "Tanh",
          "Transpose",
          "Unsqueeze");
  private static final int LONGEST_STACK = 16;
  private static final int STEPS = 64;

  private PatchEmbedding() {}

  /** Pixels from one patch to the next; empty where no image goes into a convolution. */
  static OptionalInt stride(OnnxGraph graph) {
    return graph.inputs().stream()
        .filter(input -> input.rank() == 4)
        .flatMap(input -> next(graph, input.name(), PASSED).stream())
        .filter(conv -> kernel(graph, conv).size() == 2)
        .mapToInt(conv -> Math.toIntExact(Math.min(stride(conv), 1 << 12)))
        .findFirst();
  }

  /**
   * Points that a stack of convolutions over a signal {@code [B, L]} or {@code [B, C, L]} needs to
   * give {@code frames}: with kernels k and strides s from the first on, {@code R + (frames - 1) S}
   * where {@code S = prod s} and {@code R = 1 + sum (k - 1) prod of the strides before}. Empty
   * where the input goes into no such stack, or one that shortens nothing.
   */
  static OptionalInt points(OnnxGraph graph, String input, int frames) {
    Stack stack = stack(graph, input);
    long points = stack.reach() + (frames - 1) * stack.step();
    return stack.step() < 4 || points > 1 << 24
        ? OptionalInt.empty()
        : OptionalInt.of((int) points);
  }

  /** Points from one frame to the next, of the first signal that goes into such a stack. */
  public static OptionalInt step(OnnxGraph graph) {
    return graph.inputs().stream()
        .filter(input -> (input.rank() == 2 || input.rank() == 3) && input.type().isFloat())
        .mapToLong(input -> stack(graph, input.name()).step())
        .filter(step -> step > 1)
        .mapToInt(Math::toIntExact)
        .findFirst();
  }

  /** Whether {@code input} goes into a convolution along one axis. */
  static boolean isSignal(OnnxGraph graph, String input) {
    return next(graph, input, PASSED).filter(conv -> kernel(graph, conv).size() == 1).isPresent();
  }

  /** How many points a frame looks at, and from one to the next. */
  private record Stack(long reach, long step) {}

  private static Stack stack(OnnxGraph graph, String input) {
    long reach = 1;
    long step = 1;
    Optional<OnnxNode> conv = next(graph, input, PASSED);
    for (int i = 0; i < LONGEST_STACK && conv.isPresent(); i++) {
      List<Long> kernel = kernel(graph, conv.get());
      if (kernel.size() != 1 || kernel.get(0) > 1 << 12 || step > 1 << 16) {
        break;
      }
      reach += (kernel.get(0) - 1) * step;
      step *= stride(conv.get());
      conv = next(graph, conv.get().output(0), BETWEEN);
    }
    return new Stack(reach, step);
  }

  /** The first convolution that {@code value} reaches through operators in {@code through}. */
  private static Optional<OnnxNode> next(OnnxGraph graph, String value, Set<String> through) {
    String at = value;
    for (int i = 0; i < STEPS; i++) {
      List<OnnxGraph.Use> uses = graph.uses(at);
      Optional<OnnxNode> conv =
          uses.stream()
              .filter(use -> use.node().is("Conv") && use.inputIndex() == 0)
              .map(OnnxGraph.Use::node)
              .findFirst();
      if (conv.isPresent()) {
        return conv;
      }
      Optional<OnnxNode> passed =
          uses.stream()
              .map(OnnxGraph.Use::node)
              .filter(node -> through.contains(node.opType()))
              .findFirst();
      if (passed.isEmpty()) {
        return Optional.empty();
      }
      at = passed.get().output(0);
    }
    return Optional.empty();
  }

  /** Spatial sizes of the kernel. */
  private static List<Long> kernel(OnnxGraph graph, OnnxNode conv) {
    return graph
        .constant(conv.input(1))
        .map(ConstantTensor::dims)
        .filter(dims -> dims.size() > 2)
        .map(dims -> dims.subList(2, dims.size()))
        .orElse(List.of());
  }

  private static long stride(OnnxNode conv) {
    return Math.max(1, conv.intsAttribute("strides").map(s -> s.get(0)).orElse(1L));
  }
}
