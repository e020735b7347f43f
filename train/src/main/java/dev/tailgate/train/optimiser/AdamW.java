package dev.tailgate.train.optimiser;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import java.util.List;
import java.util.Locale;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), as {@code
 * torch.optim.AdamW} computes it:
 *
 * <pre>
 *   m = b1 m + (1 - b1) g
 *   v = b2 v + (1 - b2) g^2
 *   w = w (1 - r d) - r / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + e)
 * </pre>
 *
 * <p>with learning rate {@code r} and decay {@code d} of the weight. The states are {@code M = m /
 * (1 - b1)} and {@code V = v / (1 - b2)}, which take one pass over memory less each, and all
 * factors but one are in scalars:
 *
 * <pre>
 *   M = b1 M + g
 *   V = b2 V + g^2
 *   w = (1 - r d) w - c M / (sqrt(V) + e')
 *
 *   c  = r (1 - b1) / (1 - b1^t) * k       k = sqrt((1 - b2^t) / (1 - b2))
 *   e' = e k
 * </pre>
 *
 * @param beta1 {@code b1} in {@code [0, 1)}
 * @param beta2 {@code b2} in {@code [0, 1)}
 * @param epsilon {@code e > 0}
 */
public record AdamW(double beta1, double beta2, double epsilon) implements Optimiser {
  /** What PyTorch has unless told otherwise. */
  public static final AdamW DEFAULT = new AdamW(0.9, 0.999, 1e-8);

  private static final String FIRST = "moment1";
  private static final String SECOND = "moment2";

  /** Refuses values outside their ranges. */
  public AdamW {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0)) {
      throw new IllegalArgumentException(
          "AdamW with betas " + beta1 + ", " + beta2 + " and epsilon " + epsilon);
    }
  }

  @Override
  public String words() {
    return String.format(
        Locale.ROOT, "AdamW with betas %.4g and %.4g and epsilon %.3g", beta1, beta2, epsilon);
  }

  @Override
  public List<String> moments(UpdateGraph.Weight weight) {
    return List.of(FIRST, SECOND);
  }

  @Override
  public Value update(UpdateGraph graph, UpdateGraph.Weight weight, Value gradient) {
    Value first = graph.moment(FIRST, weight).times(beta1).plus(gradient);
    Value second = graph.moment(SECOND, weight).times(beta2).plus(gradient.times(gradient));
    graph.next(FIRST, weight, first);
    graph.next(SECOND, weight, second);
    Value shift = graph.scalar("AdamW epsilon", weight, () -> root(graph).times(epsilon));
    Value size = graph.scalar("AdamW size " + weight.rate(), weight, () -> size(graph, weight));
    Value before = graph.weight(weight);
    Value kept = weight.decay() == 0 ? before : before.times(graph.kept(weight));
    return kept.minus(first.over(second.sqrt().plus(shift)).times(size));
  }

  /** {@code c}. */
  private Value size(UpdateGraph graph, UpdateGraph.Weight weight) {
    Value scale = root(graph).times(1 - beta1).over(remainder(graph, beta1));
    return graph.rate(weight.rate()).times(scale);
  }

  /** {@code k}. */
  private Value root(UpdateGraph graph) {
    return graph.shared("AdamW root", () -> remainder(graph, beta2).over(1 - beta2).sqrt());
  }

  /** {@code 1 - b^t}. */
  private static Value remainder(UpdateGraph graph, double beta) {
    GraphBuilder g = graph.builder();
    return graph.shared(
        "1 - " + beta + "^t",
        () ->
            g.scalar(ElementType.DOUBLE, 1)
                .minus(g.scalar(ElementType.DOUBLE, beta).op("Pow", graph.step())));
  }
}
