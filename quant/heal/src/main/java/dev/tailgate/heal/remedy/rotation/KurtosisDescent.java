package dev.tailgate.heal.remedy.rotation;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.Differentiated;
import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One step of a descent over orthogonal matrices as a graph, towards activations without outliers
 * (KurTail, arXiv 2503.01483). Rows {@code Z_l [N, D]} of layer {@code l} of {@code L} are turned
 * by the orthogonal {@code B}, and the loss is how far the kurtosis of all elements of a layer is
 * from that of a uniform distribution, which uses the levels of a grid evenly:
 *
 * <pre>
 *   loss = 1/L sum_l |kappa_l - 1.8|,   kappa = mean((y - mean y)^4) / mean((y - mean y)^2)^2,   y = Z_l B
 * </pre>
 *
 * <p>With the gradient {@code G} of {@code B}, {@code A = B^T G - G^T B} is the direction of
 * steepest ascent among the skew-symmetric matrices, which are the velocities of a rotation.
 * Momentum is kept there, where no transport is needed, and the step has a length that does not
 * depend on the scale of the loss:
 *
 * <pre>
 *   M' = 0.9 M + A,   S = -t M' / ||M'||_F,   B' = polar(B (I + S))
 * </pre>
 *
 * <p>{@code polar} is the nearest orthogonal matrix, by {@value #ITERATIONS} iterations {@code X <-
 * (3 I - X X^T) X / 2}: for {@code t <= 1} the singular values of {@code B (I + S)} are between 1
 * and {@code sqrt(1.5)}, and what is left after them is rounding. A width of {@code K b} channels
 * may be turned in {@code K} blocks of {@code b}, each with a step of its own length.
 */
final class KurtosisDescent {
  /** Rows {@code [K, L N, b]}, those of a layer together; an input. */
  static final String ROWS = "rows";

  /** {@code B [K, b, b]}, a state. */
  static final String BLOCKS = "blocks";

  /** {@code M [K, b, b]}, a state. */
  static final String MOMENTUM = "momentum";

  /** {@code t}, a scalar input. */
  static final String LENGTH = "length";

  /** The loss of {@link #BLOCKS}, one element; an output. */
  static final String LOSS = "loss";

  /** {@code kappa [L]} of {@link #BLOCKS}, an output. */
  static final String KURTOSIS = "kurtosis";

  /** {@code G [K, b, b]}, an output. */
  static final String GRADIENT = "gradient";

  /** What replaces each state after a step. */
  static final Map<String, String> SUCCESSORS =
      Map.of(BLOCKS, "next_blocks", MOMENTUM, "next_momentum");

  /** The kurtosis of a uniform distribution. */
  static final double TARGET = 1.8;

  private static final int OPSET = 18;
  private static final int ITERATIONS = 4;
  private static final double DECAY = 0.9;

  /** Keeps the length of a step defined where there is nowhere to go. */
  private static final double TINY = 1e-30;

  private KurtosisDescent() {}

  /**
   * The graph.
   *
   * @param layers {@code L}
   * @param blocks {@code K}
   * @param size {@code b}
   */
  static OnnxModel of(int layers, int blocks, int size) {
    OnnxModel forward = forward(layers, blocks, size);
    Differentiated both =
        Gradients.of(forward, LOSS, List.of(BLOCKS), KnownShapes.of(forward.graph(), Map.of()));
    GraphBuilder g = GraphBuilder.on(both.model());
    Value b = g.value(BLOCKS);
    Value gradient = g.value(Objects.requireNonNull(both.gradients().get(BLOCKS)));
    Value turned = transposed(b).matMul(gradient);
    Value momentum = g.value(MOMENTUM).times(DECAY).plus(turned.minus(transposed(turned)));
    Value norm = momentum.times(momentum).sum(1, 2).plus(TINY).sqrt();
    Value step = momentum.times(g.value(LENGTH).negative().over(norm));
    Value next = b.plus(b.matMul(step));
    for (int i = 0; i < ITERATIONS; i++) {
      Value excess = next.matMul(transposed(next)).matMul(next);
      next = next.times(1.5).minus(excess.times(0.5));
    }
    g.output(GRADIENT, gradient);
    g.output("next_momentum", momentum);
    return g.output("next_blocks", next).model();
  }

  private static OnnxModel forward(int layers, int blocks, int size) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(OPSET));
    Value rows = g.input(ROWS, ElementType.FLOAT, Dim.of(blocks), Dim.of("rows"), Dim.of(size));
    Value b = g.input(BLOCKS, ElementType.FLOAT, blocks, size, size);
    g.input(MOMENTUM, ElementType.FLOAT, blocks, size, size);
    g.input(LENGTH, ElementType.FLOAT);
    Value y = rows.matMul(b).reshape(blocks, layers, -1, size);
    Value d = y.minus(y.mean(0, 2, 3));
    Value square = d.times(d);
    Value variance = square.mean(0, 2, 3);
    Value kurtosis = square.times(square).mean(0, 2, 3).over(variance.times(variance));
    g.output(LOSS, kurtosis.minus(TARGET).op("Abs").mean(0, 1, 2, 3));
    return g.output(KURTOSIS, kurtosis.squeeze(0, 2, 3)).model();
  }

  private static Value transposed(Value matrices) {
    return matrices.transpose(0, 2, 1);
  }
}
