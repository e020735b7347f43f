package dev.tailgate.train.optimiser;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import java.util.List;
import java.util.Locale;

/**
 * Gradient descent with momentum, as {@code torch.optim.SGD} computes it without dampening:
 *
 * <pre>
 *   G = g + d w
 *   B = u B + G
 *   w = w - r B             or, with Nesterov's momentum,  w - r (G + u B)
 * </pre>
 *
 * <p>with learning rate {@code r} and decay {@code d} of the weight, which passes through the
 * momentum. Without momentum nothing is remembered.
 *
 * @param momentum {@code u} in {@code [0, 1)}
 * @param isNesterov whether the step looks ahead; needs momentum
 */
public record Sgd(double momentum, boolean isNesterov) implements Optimiser {
  private static final String MOMENTUM = "momentum";

  /** Refuses values outside their ranges. */
  public Sgd {
    if (!(momentum >= 0 && momentum < 1) || (isNesterov && momentum == 0)) {
      throw new IllegalArgumentException(
          "SGD with momentum " + momentum + (isNesterov ? " of Nesterov" : ""));
    }
  }

  @Override
  public String words() {
    if (momentum == 0) {
      return "SGD";
    }
    return String.format(
        Locale.ROOT, "SGD with momentum %.4g%s", momentum, isNesterov ? " of Nesterov" : "");
  }

  @Override
  public List<String> moments(UpdateGraph.Weight weight) {
    return momentum == 0 ? List.of() : List.of(MOMENTUM);
  }

  @Override
  public Value update(UpdateGraph graph, UpdateGraph.Weight weight, Value gradient) {
    Value before = graph.weight(weight);
    Value rate = rate(graph, weight);
    Value whole = weight.decay() == 0 ? gradient : gradient.plus(before.times(weight.decay()));
    if (momentum == 0) {
      return before.minus(whole.times(rate));
    }
    Value moved = graph.moment(MOMENTUM, weight).times(momentum).plus(whole);
    graph.next(MOMENTUM, weight, moved);
    return before.minus((isNesterov ? whole.plus(moved.times(momentum)) : moved).times(rate));
  }

  private static Value rate(UpdateGraph graph, UpdateGraph.Weight weight) {
    ElementType type = weight.type();
    return graph.shared(
        "SGD rate " + weight.rate() + " " + type,
        () -> graph.rate(weight.rate()).cast(type).of(type));
  }
}
