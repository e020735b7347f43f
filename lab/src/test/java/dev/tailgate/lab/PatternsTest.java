package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.NpzFile;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatternsTest {
  @TempDir Path folder;

  @Test
  void refusesWhatIsNoNumber() {
    assertThatThrownBy(() -> new Patterns(new double[][] {{1, Double.NaN}}, Optional.empty(), "x"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("sample 0 of x");
  }

  @Test
  void refusesMorePatternsThanThereAre() {
    Patterns two = new Patterns(new double[][] {{1}, {2}}, Optional.empty(), "x");
    assertThatThrownBy(() -> two.first(3))
        .hasMessageContaining("3")
        .hasMessageContaining("2 in the data");
  }

  @Test
  void refusesPatternsThatDoNotFitIntoMemory() {
    assertThatThrownBy(() -> CapacityExperiment.requireMemory(1L << 40, 1000))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("GB");
  }

  @Test
  void readsRowsAndClassesOfAnArchive() {
    Path file =
        new NpzFile()
            .with("x", Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2))
            .with("label", Tensor.ofLongs(new long[] {1, 0, 1}, 3))
            .write(folder.resolve("p.npz"));
    PatternFile found = PatternFile.read(file);
    assertThat(found.patterns().rows()).isDeepEqualTo(new double[][] {{1, 2}, {3, 4}, {5, 6}});
    assertThat(found.patterns().labels().orElseThrow()).containsExactly(1, 0, 1);
    assertThat(found.bags()).isEmpty();
  }

  @Test
  void refusesABagWithTwoLabels() {
    Path file =
        new NpzFile()
            .with("features", Tensor.ofFloats(new float[] {1, 2}, 2, 1))
            .with("bag", Tensor.ofLongs(new long[] {7, 7}, 2))
            .with("label", Tensor.ofLongs(new long[] {0, 1}, 2))
            .write(folder.resolve("b.npz"));
    assertThatThrownBy(() -> PatternFile.read(file)).hasMessageContaining("one label");
  }

  @Test
  void drawsTheSameDigitsFromASeed() {
    Patterns one = DrawnDigits.patterns(new SplittableRandom(5));
    Patterns again = DrawnDigits.patterns(new SplittableRandom(5));
    assertThat(Arrays.deepEquals(one.rows(), again.rows())).isTrue();
    assertThat(one.width()).isEqualTo(784);
    assertThat(one.classes()).hasSize(10);
    // Each has ink, and none is full of it.
    for (double[] row : one.rows()) {
      assertThat(Arrays.stream(row).sum()).isBetween(10.0, 400.0);
    }
  }

  @Test
  void queriesOfTheProtocolAreDroppedOrNoisy() {
    double[] pattern = new double[10_000];
    Arrays.fill(pattern, 0.25);
    SplittableRandom random = new SplittableRandom(1);
    double[] dropped = ProtocolExperiment.query(pattern, -1, random);
    assertThat(Arrays.stream(dropped).filter(v -> v != 0)).containsOnly(0.5);
    // 10 000 draws of one half: five standard deviations are 250.
    assertThat(Arrays.stream(dropped).filter(v -> v != 0).count()).isBetween(4750L, 5250L);
    double[] noisy = ProtocolExperiment.query(pattern, 2, random);
    assertThat(Arrays.stream(noisy).min().orElseThrow()).isNotNegative();
    assertThat(Arrays.stream(noisy).max().orElseThrow()).isLessThanOrEqualTo(1);
  }
}
