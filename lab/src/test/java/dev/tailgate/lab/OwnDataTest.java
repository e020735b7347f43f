package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.NpzFile;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.quant.measure.RunProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data of the user that experiments cannot use is refused with what is wrong. */
class OwnDataTest {
  @TempDir private Path folder;

  private static Tensor floats(int rows, int width) {
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    return Tensor.ofFloats(values, rows, width);
  }

  private static Tensor longs(int count, IntUnaryOperator value) {
    long[] values = new long[count];
    Arrays.setAll(values, i -> value.applyAsInt(i));
    return Tensor.ofLongs(values, count);
  }

  private Laboratory laboratory(NpzFile file) {
    PatternFile read = PatternFile.read(file.write(folder.resolve("own.npz")));
    return new Laboratory(0, Optional.of(read), RunnerOptions.DEFAULT, RunProgress.SILENT);
  }

  private static void refused(Runnable what, String... words) {
    assertThatThrownBy(what::run).isInstanceOf(DataException.class).message().contains(words);
  }

  @Test
  void numbersThatAreNotFinite() {
    Tensor rows = floats(20, 4);
    rows.data().putFloat(4 * 4 * 7, Float.NaN);
    refused(() -> laboratory(new NpzFile().with("x", rows)).close(), "finite", "own.npz");
  }

  @Test
  void filesThatAreEmptyOrNoData() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.npz"));
    refused(() -> PatternFile.read(empty), "empty.npz");
    Path text = Files.writeString(folder.resolve("notes.txt"), "no patterns");
    refused(() -> PatternFile.read(text), "notes.txt");
    refused(() -> PatternFile.read(folder.resolve("missing.npz")), "missing.npz");
    refused(() -> laboratory(new NpzFile().with("x", floats(0, 4))).close(), "own.npz");
  }

  @Test
  void fewerPatternsThanAreStored() {
    try (Laboratory lab = laboratory(new NpzFile().with("x", floats(8, 4)))) {
      refused(() -> new ProtocolExperiment().run(lab), "10 or more", "8 in the data");
    }
  }

  @Test
  void samplesWithoutClassesWhereTheyAreToBeLearnt() {
    try (Laboratory lab = laboratory(new NpzFile().with("x", floats(700, 4)))) {
      refused(() -> new MilExperiment().run(lab), "a class for each");
      refused(() -> new GeneralizationExperiment().run(lab), "a class for each");
    }
  }

  @Test
  void bagsCannotBeFilledWithOneClass() {
    NpzFile file = new NpzFile().with("x", floats(700, 4)).with("label", longs(700, i -> 9));
    try (Laboratory lab = laboratory(file)) {
      refused(() -> new MilExperiment().run(lab), "samples of class 9 and of others");
    }
  }

  @Test
  void fewerSamplesThanTrainingAndTestTake() {
    NpzFile file = new NpzFile().with("x", floats(400, 4)).with("label", longs(400, i -> i % 3));
    try (Laboratory lab = laboratory(file)) {
      refused(() -> new GeneralizationExperiment().run(lab), "564 or more", "found 400");
    }
  }

  @Test
  void bagsOfTwoLabelsAndClassesTooSmallForFolds() {
    NpzFile mixed =
        new NpzFile()
            .with("features", floats(60, 3))
            .with("bag", longs(60, i -> i / 2))
            .with("label", longs(60, i -> i % 2));
    refused(() -> laboratory(mixed).close(), "one label of 0 or 1 a bag");
    NpzFile few =
        new NpzFile()
            .with("features", floats(60, 3))
            .with("bag", longs(60, i -> i / 2))
            .with("label", longs(60, i -> i < 8 ? 1 : 0));
    try (Laboratory lab = laboratory(few)) {
      refused(() -> new MilExperiment().run(lab), "10 bags or more of each class", "4 of class 1");
    }
  }

  @Test
  void bagsAreScaledByWhatIsTrainedOnAlone() {
    NpzFile file =
        new NpzFile()
            .with("features", floats(60, 3))
            .with("bag", longs(60, i -> i / 2))
            .with("label", longs(60, i -> i / 2 % 2));
    try (Laboratory lab = laboratory(file)) {
      Bags bags = lab.bags().orElseThrow();
      List<Integer> trained = IntStream.range(0, 20).boxed().toList();
      Examples scaled = bags.scaled(trained, trained);
      for (int c = 0; c < 3; c++) {
        int channel = c;
        double[] values =
            Arrays.stream(scaled.sets())
                .flatMap(Arrays::stream)
                .mapToDouble(row -> row[channel])
                .toArray();
        double mean = Arrays.stream(values).average().orElse(9);
        double square = Arrays.stream(values).map(v -> v * v).average().orElse(9);
        assertThat(mean).isCloseTo(0, within(1e-9));
        assertThat(square).isCloseTo(1, within(1e-9));
      }
      Examples before = bags.scaled(List.of(25), trained);
      double by = bags.bags()[25][0][0] - bags.bags()[24][0][0];
      Examples other = bags.scaled(List.of(24), trained);
      double size = by / (before.sets()[0][0][0] - other.sets()[0][0][0]);
      // One map for all bags, whether trained on or not.
      Examples third = bags.scaled(List.of(3), trained);
      assertThat(third.sets()[0][0][0] - other.sets()[0][0][0])
          .isCloseTo((bags.bags()[3][0][0] - bags.bags()[24][0][0]) / size, within(1e-9));
    }
  }

  @Test
  void everyFoldHasItsShareOfBothClasses() {
    double[][][] vectors = new double[50][1][1];
    int[] labels = new int[50];
    Arrays.setAll(labels, i -> i < 20 ? 1 : 0);
    int[] order = new Bags(vectors, labels, "bags").order(new SplittableRandom(3));
    assertThat(Arrays.stream(order).sorted().toArray()).isEqualTo(IntStream.range(0, 50).toArray());
    for (int fold = 0; fold < 10; fold++) {
      int own = fold;
      int ones = IntStream.range(0, 50).filter(i -> i % 10 == own).map(i -> labels[order[i]]).sum();
      assertThat(ones).isEqualTo(2);
    }
  }

  @Test
  void theExponentOfAPowerLawIsFound() {
    int[] sizes = {32, 64, 128, 256};
    double[] gaps = Arrays.stream(sizes).mapToDouble(n -> 3 * Math.pow(n, -0.5)).toArray();
    assertThat(GeneralizationExperiment.slope(sizes, gaps)).isCloseTo(-0.5, within(1e-12));
  }

  @Test
  void squarePicturesAreSequencesOfTheirRows() {
    double[][] rows = {IntStream.range(0, 16).asDoubleStream().toArray()};
    Patterns data = new Patterns(rows, Optional.of(new int[] {1}), "one");
    Examples pictures = GeneralizationExperiment.pictures(data, new int[] {1});
    assertThat(pictures.sets()[0]).hasDimensions(4, 4);
    assertThat(pictures.sets()[0][2]).containsExactly(8, 9, 10, 11);
  }
}
