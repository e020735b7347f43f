package dev.tailgate.train.optimiser;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.weight.WeightRole;
import java.util.List;
import java.util.Locale;

/**
 * Momentum whose matrices are made orthogonal (Jordan et al., "Muon: An optimizer for hidden layers
 * in neural networks", 2024), for weights that are matrices {@code [A, B]}; embeddings and all that
 * is no matrix go by {@link AdamW}.
 *
 * <pre>
 *   M = u M + g
 *   N = g + u M
 *   X = N / max(||N||_F, 1e-7), transposed where A &gt; B
 *   5 times: S = X X^T,  X = 3.4445 X + (-4.7750 S + 2.0315 S S) X
 *   w = (1 - r d) w - r 0.2 sqrt(max(A, B)) X
 * </pre>
 *
 * <p>The steps bring the singular values of {@code N} near 1, between 0.7 and 1.2 or so, and leave
 * its singular vectors. The factor 0.2 sqrt(max(A, B)) makes the mean square of an update that of
 * AdamW's, so that one learning rate and one decay do for both (Liu et al., "Muon is Scalable for
 * LLM Training", arXiv 2502.16982, section 2.2; {@code adjust_lr_fn="match_rms_adamw"} of {@code
 * torch.optim.Muon}). All arithmetic is that of the weight; PyTorch runs the five steps in
 * bfloat16.
 *
 * @param momentum {@code u} in {@code [0, 1)}
 * @param others for all other weights
 */
public record Muon(double momentum, AdamW others) implements Optimiser {
  /** The published momentum, and AdamW as PyTorch has it. */
  public static final Muon DEFAULT = new Muon(0.95, AdamW.DEFAULT);

  private static final String MOMENTUM = "momentum";
  private static final int STEPS = 5;
  private static final double FIRST = 3.4445;
  private static final double THIRD = -4.7750;
  private static final double FIFTH = 2.0315;
  private static final double SMALLEST = 1e-7;
  private static final double SCALE = 0.2;

  /** Refuses a momentum outside its range. */
  public Muon {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("Muon with momentum " + momentum);
    }
  }

  private static boolean isMatrix(UpdateGraph.Weight weight) {
    return weight.role() == WeightRole.MATRIX && weight.dims().size() == 2;
  }

  @Override
  public String words() {
    return String.format(
        Locale.ROOT,
        "Muon with momentum %.4g for matrices, %s for the others",
        momentum,
        others.words());
  }

  @Override
  public List<String> moments(UpdateGraph.Weight weight) {
    return isMatrix(weight) ? List.of(MOMENTUM) : others.moments(weight);
  }

  @Override
  public Value update(UpdateGraph graph, UpdateGraph.Weight weight, Value gradient) {
    if (!isMatrix(weight)) {
      return others.update(graph, weight, gradient);
    }
    Value moved = graph.moment(MOMENTUM, weight).times(momentum).plus(gradient);
    graph.next(MOMENTUM, weight, moved);
    long rows = weight.dims().get(0);
    long columns = weight.dims().get(1);
    Value ahead = gradient.plus(moved.times(momentum));
    Value direction = orthogonal(graph.builder(), ahead, rows > columns);
    double factor = SCALE * Math.sqrt((double) Math.max(rows, columns));
    Value size =
        graph.scalar(
            "Muon size " + weight.rate() + " " + factor,
            weight,
            () -> graph.rate(weight.rate()).times(factor));
    Value before = graph.weight(weight);
    Value kept = weight.decay() == 0 ? before : before.times(graph.kept(weight));
    return kept.minus(direction.times(size));
  }

  private static Value orthogonal(GraphBuilder g, Value matrix, boolean isTall) {
    ElementType type = matrix.type();
    Value flat = isTall ? matrix.transpose(1, 0) : matrix;
    Value norm = g.node("ReduceL2", flat).with("keepdims", 0).value();
    Value x = flat.over(norm.op("Max", g.scalar(type, SMALLEST)).of(type));
    for (int i = 0; i < STEPS; i++) {
      Value square = g.node("Gemm", x, x).with("transB", 1).value();
      Value sum =
          g.node("Gemm", square, square, square)
              .with("alpha", (float) FIFTH)
              .with("beta", (float) THIRD)
              .value();
      x = g.node("Gemm", sum, x, x).with("beta", (float) FIRST).value();
    }
    return isTall ? x.transpose(1, 0) : x;
  }
}
