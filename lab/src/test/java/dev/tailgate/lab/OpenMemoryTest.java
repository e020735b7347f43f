package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.lab.OpenMemory.Retrieved;
import dev.tailgate.model.hopfield.Memory;
import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.quant.measure.RunProgress;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs of memories against formulas that share nothing with them. */
class OpenMemoryTest {
  private static Laboratory lab() {
    return new Laboratory(3, Optional.empty(), RunnerOptions.DEFAULT, RunProgress.SILENT);
  }

  @ParameterizedTest
  @EnumSource(Separation.class)
  void graphsInDoublesAreTheFormulasInDoubles(Separation separation) {
    SplittableRandom random = new SplittableRandom(5);
    try (Laboratory lab = lab()) {
      for (int i = 0; i < 20; i++) {
        Draw draw = Draw.of(random, 16);
        Retrieved found =
            lab.memory(separation, 1).retrieve(draw.memories(), draw.queries(), draw.beta());
        PlainMemory plain = new PlainMemory(separation, draw.memories(), draw.beta());
        assertThat(plain.differenceOf(draw.queries(), found)).isLessThan(1e-12);
      }
    }
  }

  /** Float32 keeps 24 bits; sums of up to 59 terms and the exponent lose some of them. */
  @Test
  void theComparisonSeesThatFloat32IsCoarser() {
    Draw draw = Draw.of(new SplittableRandom(6), 64);
    try (Laboratory lab = lab()) {
      Retrieved found =
          lab.memory(new Memory(Separation.SOFTMAX1, 1, ElementType.FLOAT))
              .retrieve(draw.memories(), draw.queries(), draw.beta());
      assertThat(
              new PlainMemory(Separation.SOFTMAX1, draw.memories(), draw.beta())
                  .differenceOf(draw.queries(), found))
          .isBetween(1e-9, 1e-4);
    }
  }

  /** Two memories at right angles: S is exp(beta) + 1, by hand. */
  @Test
  void softmax1IsTheFormulaWrittenByHand() {
    double[][] memories = {{1, 0}, {0, 1}};
    double[][] query = {{1, 0}};
    double e = Math.exp(2);
    try (Laboratory lab = lab()) {
      Retrieved found = lab.memory(Separation.SOFTMAX1, 1).retrieve(memories, query, 2);
      assertThat(found.states(1)[0][0]).isCloseTo(e / (2 + e), within(1e-15));
      assertThat(found.states(1)[0][1]).isCloseTo(1 / (2 + e), within(1e-15));
      assertThat(found.masses(0)[0]).isCloseTo((1 + e) / (2 + e), within(1e-15));
      assertThat(found.energies(0)[0]).isCloseTo(0.5 - Math.log(2 + e) / 2, within(1e-15));
    }
  }

  /** Where all weights are the largest, sparsemax and entmax15 give the same as softmax. */
  @ParameterizedTest
  @EnumSource(Separation.class)
  void aQueryAtTheOriginGetsTheMeanAndSoftmax1ALittleLess(Separation separation) {
    double[][] memories = Vectors.units(new SplittableRandom(7), 9, 5);
    double[] mean = Vectors.mean(memories);
    double share = separation == Separation.SOFTMAX1 ? 0.9 : 1;
    try (Laboratory lab = lab()) {
      double[] found =
          lab.memory(separation, 1).retrieve(memories, new double[1][5], 3).states(1)[0];
      assertThat(Vectors.distance(found, Vectors.times(share, mean))).isLessThan(1e-14);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesATemperatureThatIsNone(double beta) {
    try (Laboratory lab = lab()) {
      OpenMemory memory = lab.memory(Separation.SOFTMAX, 1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> memory.retrieve(new double[1][2], new double[1][2], beta))
          .withMessage("expected a beta above 0, found " + beta);
    }
  }

  @Test
  void theSpectralNormIsTheLargestStretch() {
    SplittableRandom random = new SplittableRandom(8);
    assertThat(Vectors.spectralNorm(new double[][] {{3, 0}, {0, -4}, {0, 0}}, random))
        .isCloseTo(4, within(1e-9));
    double[][] same = {{1, 2}, {1, 2}, {1, 2}};
    assertThat(Vectors.spectralNorm(same, random)).isCloseTo(Math.sqrt(15), within(1e-9));
    assertThat(Vectors.spectralNorm(new double[2][3], random)).isZero();
  }

  /** The energies and moves of a way are those of its single steps. */
  @Test
  void aWayIsMadeOfSingleSteps() {
    Draw draw = Draw.of(new SplittableRandom(9), 4);
    PlainMemory plain = new PlainMemory(Separation.ENTMAX15, draw.memories(), draw.beta());
    try (Laboratory lab = lab()) {
      Trajectories way =
          Trajectories.of(
              lab, Separation.ENTMAX15, draw.memories(), draw.queries(), draw.beta(), 3);
      assertThat(way.energies()).hasSize(4);
      double[] x = Arrays.copyOf(draw.queries()[2], draw.queries()[2].length);
      for (int t = 0; t < 3; t++) {
        assertThat(way.energies().get(t)[2]).isCloseTo(plain.energy(x), within(1e-11));
        double[] next = plain.step(x);
        assertThat(way.moves().get(t)[2]).isCloseTo(Vectors.distance(next, x), within(1e-11));
        x = next;
      }
      assertThat(Vectors.distance(way.ends()[2], x)).isLessThan(1e-11);
    }
  }
}
