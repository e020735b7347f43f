package dev.tailgate.train.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.train.NumpyArchive;
import dev.tailgate.train.loss.CrossEntropy;
import dev.tailgate.train.loss.WeightedLoss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** 200 steps of AdamW from the same weights and batches as PyTorch. */
class TwoHundredStepsTest {
  private static final int STEPS = 200;
  private static final double RATE = 1e-3;
  private static final double DECAY = 0.1;

  /**
   * Steps of Adam are as large for small gradients as for large ones, so that roundings grow from
   * step to step: here to some 1e-5 of the loss.
   */
  private static final double SAME = 1e-4;

  static TrainingPlan plan(double decay) {
    TrainingPlan usual =
        TrainingPlan.of(List.of(new WeightedLoss("labels", new CrossEntropy("logits", 0), 1)));
    return new TrainingPlan(
        usual.losses(),
        usual.optimiser(),
        usual.groups(),
        decay,
        OptionalDouble.of(1),
        1,
        OptionalDouble.empty());
  }

  private static double largestDifference(List<Double> losses, String of) {
    double[] expected = Steps.TORCH.doubles(of);
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(losses.get(i) / expected[i] - 1));
    }
    return largest;
  }

  @Test
  void lossesAndWeightsAreThoseOfPyTorch() {
    Steps.Outcome found = Steps.run(Steps.graph(plan(DECAY)), STEPS, RATE);
    assertThat(largestDifference(found.losses(), "losses64")).isLessThan(SAME);
    assertThat(largestDifference(found.losses(), "losses32")).isLessThan(SAME);
    assertThat(found.losses().get(STEPS - 1)).isLessThan(found.losses().get(0) - 0.5);
    Map<String, Double> errors = new LinkedHashMap<>();
    Steps.graph(plan(DECAY))
        .weights()
        .forEach((name, state) -> errors.put(name, error(name, found.states().get(state))));
    // The softmax takes the key's bias out: its gradient is rounding, of which Adam makes steps.
    errors.keySet().removeIf(name -> name.endsWith("key.bias"));
    assertThat(errors).hasSize(40);
    assertThat(errors.values()).allMatch(error -> error < 2e-3);
  }

  /** The largest difference of an element, by the largest element. */
  private static double error(String name, Tensor found) {
    double[] expected = Steps.TORCH.doubles("after/" + name);
    double[] values = NumpyArchive.doubles(found);
    double largest = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(values[i] - expected[i]));
      size = Math.max(size, Math.abs(expected[i]));
    }
    return largest / size;
  }

  @Test
  void anotherDecayIsSeen() {
    Steps.Outcome found = Steps.run(Steps.graph(plan(0)), STEPS, RATE);
    assertThat(largestDifference(found.losses(), "losses64")).isGreaterThan(5 * SAME);
  }
}
