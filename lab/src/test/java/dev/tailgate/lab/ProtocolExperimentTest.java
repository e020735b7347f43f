package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.model.hopfield.Memory;
import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.onnx.ir.ElementType;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProtocolExperimentTest {
  @Test
  void halfOfThePixelsAreDroppedAndTheOthersDoubled() {
    double[] pattern = new double[10_000];
    Arrays.fill(pattern, 0.3);
    double[] query = ProtocolExperiment.query(pattern, -1, new SplittableRandom(1));
    assertThat(query).containsOnly(0, 0.6);
    // The standard deviation of the share is 0.005.
    assertThat(Arrays.stream(query).average().orElse(0)).isCloseTo(0.3, within(0.012));
  }

  @Test
  void noiseIsFoldedAtNoughtAndCutAtOne() {
    double[] pattern = new double[20_000];
    double[] query = ProtocolExperiment.query(pattern, 0.2, new SplittableRandom(1));
    assertThat(Arrays.stream(query).min().orElse(-1)).isGreaterThanOrEqualTo(0);
    // E|N(0, s)| = s sqrt(2 / pi); the mean of 20 000 is that within 0.001.
    assertThat(Arrays.stream(query).average().orElse(0))
        .isCloseTo(0.2 * Math.sqrt(2 / Math.PI), within(0.004));
    double[] far = ProtocolExperiment.query(pattern, 100, new SplittableRandom(1));
    assertThat(Arrays.stream(far).max().orElse(2)).isEqualTo(1);
    Arrays.fill(pattern, 0.5);
    assertThat(ProtocolExperiment.query(pattern, 0, new SplittableRandom(1))).containsOnly(0.5);
  }

  /** The whole protocol on 30 digits: float32 graphs against a formula in doubles. */
  @Test
  void theErrorOfGraphsIsThatOfDoubles() {
    SplittableRandom random = new SplittableRandom(5);
    double[][] memories = new double[30][];
    double[][] queries = new double[30][];
    for (int m = 0; m < 30; m++) {
      memories[m] = DrawnDigits.draw(m % 10, random);
      queries[m] = ProtocolExperiment.query(memories[m], m < 15 ? -1 : 0.5, random);
    }
    for (Separation separation : new Separation[] {Separation.SOFTMAX, Separation.SOFTMAX1}) {
      Memory memory = new Memory(separation, 1, ElementType.FLOAT);
      try (OpenMemory open = new OpenMemory(memory, RunnerOptions.DEFAULT)) {
        double found =
            ProtocolExperiment.error(memories, open.retrieve(memories, queries, 1).states(1));
        assertThat(found).isCloseTo(plain(separation, memories, queries), within(1e-3));
      }
    }
  }

  private static double plain(Separation separation, double[][] memories, double[][] queries) {
    double error = 0;
    for (int q = 0; q < queries.length; q++) {
      double[] weights = new double[memories.length];
      double top = separation == Separation.SOFTMAX1 ? 0 : Double.NEGATIVE_INFINITY;
      for (int m = 0; m < weights.length; m++) {
        weights[m] = Vectors.dot(memories[m], queries[q]);
        top = Math.max(top, weights[m]);
      }
      double sum = separation == Separation.SOFTMAX1 ? Math.exp(-top) : 0;
      for (int m = 0; m < weights.length; m++) {
        weights[m] = Math.exp(weights[m] - top);
        sum += weights[m];
      }
      double[] state = new double[memories[0].length];
      for (int m = 0; m < weights.length; m++) {
        state = Vectors.plus(state, weights[m] / sum, memories[m]);
      }
      double distance = Vectors.distance(state, memories[q]);
      error += distance * distance;
    }
    return error / queries.length;
  }
}
