package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.model.hopfield.Memory;
import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.ToolInfo;
import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.LabResult;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabRunTest {
  private static final RunnerOptions ONE_THREAD =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY);

  private static Laboratory lab;

  @BeforeAll
  static void open() {
    lab = new Laboratory(1, Optional.empty(), ONE_THREAD, RunProgress.SILENT);
  }

  @AfterAll
  static void close() {
    lab.close();
  }

  @ParameterizedTest
  @EnumSource(Separation.class)
  void graphsComputeTheFormulas(Separation separation) {
    SplittableRandom random = new SplittableRandom(2);
    for (double beta : new double[] {0.1, 1, 30}) {
      double[][] memories = Vectors.units(random, 12, 7);
      double[][] queries = Vectors.units(random, 9, 7);
      PlainMemory plain = new PlainMemory(separation, memories, beta);
      assertThat(
              plain.differenceOf(
                  queries, lab.memory(separation, 1).retrieve(memories, queries, beta)))
          .as("double at beta %s", beta)
          .isLessThan(1e-13);
      OpenMemory floats = lab.memory(new Memory(separation, 1, ElementType.FLOAT));
      assertThat(plain.differenceOf(queries, floats.retrieve(memories, queries, beta)))
          .as("float at beta %s", beta)
          .isLessThan(1e-4);
    }
  }

  @ParameterizedTest
  @EnumSource(Separation.class)
  void weightsAreTheGradientOfThePotential(Separation separation) {
    // The threshold of sparsemax is 0.1: none lies on it, where its derivative has a kink.
    double[] z = {0.3, -1.2, 0.9, 0.05};
    double[] p = z.clone();
    separation.weights(p);
    double h = 1e-6;
    for (int i = 0; i < z.length; i++) {
      double[] up = z.clone();
      double[] down = z.clone();
      up[i] += h;
      down[i] -= h;
      double slope = (separation.potential(up) - separation.potential(down)) / (2 * h);
      // Central differences: h^2 of the third derivative, and rounding over h.
      assertThat(p[i]).isCloseTo(slope, within(1e-8));
    }
  }

  @Test
  void aQueryUnlikeEveryMemoryRetrievesNothing() {
    LabResult result =
        LabRun.run(
            new LabRequest(List.of("noop", "energy"), 3, Optional.empty(), ONE_THREAD),
            new ToolInfo("tailgate", "test"),
            RunProgress.SILENT);
    assertThat(result.studies()).extracting(study -> study.id()).containsExactly("energy", "noop");
    assertThat(result.studies())
        .flatExtracting(study -> study.claims())
        .allMatch(Claim::holds)
        .hasSizeGreaterThan(5);
  }

  @Test
  void sameSeedGivesTheSameNumbers() {
    LabRequest request = new LabRequest(List.of("noop"), 3, Optional.empty(), ONE_THREAD);
    ToolInfo tool = new ToolInfo("tailgate", "test");
    assertThat(LabRun.run(request, tool, RunProgress.SILENT).studies().get(0).tables())
        .isEqualTo(LabRun.run(request, tool, RunProgress.SILENT).studies().get(0).tables());
  }

  @Test
  void countsAViolation() {
    Inequalities all = new Inequalities();
    all.add("a >= b", "here", 1, 1);
    all.add("a >= b", "here", -1e-3, 1);
    all.add("a >= b", "here", Double.NaN, 1);
    assertThat(all.claims().get(0).holds()).isFalse();
    assertThat(all.claims().get(0).found()).startsWith("2 violations in 3 draws");
  }

  @Test
  void refusesABetaThatIsNoTemperature() {
    double[][] one = {{1.0}};
    for (double beta : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> lab.memory(Separation.SOFTMAX1, 1).retrieve(one, one, beta))
          .hasMessageContaining("beta above 0");
    }
  }

  @Test
  void refusesAnExperimentThatThereIsNot() {
    assertThatThrownBy(() -> new LabRequest(List.of("nap"), 0, Optional.empty(), ONE_THREAD))
        .hasMessageContaining("noop")
        .hasMessageContaining("found nap");
  }
}
