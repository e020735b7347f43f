package dev.tailgate.onnx.remedy.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotationTest {
  /** Sums of D products in double precision; D is 5120 at most here. */
  private static final double ROUNDING = 1e-12;

  private static double[] gaussian(int width, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, width).mapToDouble(i -> random.nextGaussian()).toArray();
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  @Test
  void paleyAndSylvesterGiveTheseOrders() {
    int[] orders = IntStream.rangeClosed(1, 100).filter(n -> Hadamard.of(n).isPresent()).toArray();
    // All multiples of 4 but 52, 92 and 100: their Paley matrices need a field of 25, 91 or 49.
    assertThat(orders)
        .containsExactly(
            1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 56, 60, 64, 68, 72, 76, 80, 84, 88,
            96);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 12, 20, 24, 28, 36, 40, 48, 60, 76, 84, 96, 192, 200, 384, 768, 896})
  void rowsAreOrthogonalAndOfEntriesOfOneSize(int order) {
    Hadamard matrix = Hadamard.of(order).orElseThrow();
    double[][] rows = new double[order][order];
    for (int i = 0; i < order; i++) {
      rows[i][i] = 1;
      matrix.multiply(rows[i], 0, false);
      for (double entry : rows[i]) {
        assertThat(Math.abs(entry)).isCloseTo(1 / Math.sqrt(order), within(ROUNDING));
      }
    }
    for (int i = 0; i < order; i += Math.max(1, order / 24)) {
      for (int j = 0; j < order; j++) {
        assertThat(dot(rows[i], rows[j])).isCloseTo(i == j ? 1 : 0, within(ROUNDING));
      }
    }
  }

  @Property(tries = 200, seed = "11")
  void normsStayAndUndoTakesItBack(@ForAll @IntRange(min = 1, max = 300) int width) {
    double[] x = gaussian(width, width);
    double[] turned = x.clone();
    Rotation rotation = Rotation.of(width, 5);
    rotation.apply(turned);
    assertThat(dot(turned, turned)).isCloseTo(dot(x, x), within(ROUNDING * dot(x, x)));
    rotation.undo(turned);
    assertThat(turned).containsExactly(x, within(ROUNDING * width));
  }

  @ParameterizedTest
  @ValueSource(ints = {768, 896, 1024, 1280, 1600, 2560, 3584, 4096, 5120})
  void widthsOfModelsAreTurnedByOneMatrix(int width) {
    assertThat(Hadamard.of(width)).isPresent();
    double[] x = gaussian(width, 1);
    double[] turned = x.clone();
    Rotation rotation = Rotation.of(width, 2);
    rotation.apply(turned);
    assertThat(dot(turned, turned)).isCloseTo(dot(x, x), within(1e-9));
    rotation.undo(turned);
    assertThat(turned).containsExactly(x, within(ROUNDING * 100));
  }

  @Test
  void widthWithoutAMatrixIsTurnedByTwoThatOverlap() {
    assertThat(Rotation.of(50, 1).description()).startsWith("two overlapping turns of 50 channels");
    double[] first = new double[50];
    first[0] = 1;
    Rotation.of(50, 1).apply(first);
    // More than one turn of 32 or 48 channels alone reaches; in the overlap some sums cancel to 0.
    assertThat(first[49]).isNotZero();
    assertThat(Arrays.stream(first).map(Math::abs).max().orElseThrow()).isLessThan(0.5);
  }

  @Test
  void seedDecides() {
    double[] a = gaussian(48, 1);
    double[] b = a.clone();
    double[] c = a.clone();
    Rotation.of(48, 1).apply(a);
    Rotation.of(48, 1).apply(b);
    Rotation.of(48, 2).apply(c);
    assertThat(a).isEqualTo(b).isNotEqualTo(c);
  }

  /** Turns in planes of two channels each, off by {@code off} in every element. */
  private static float[] turns(int blocks, int size, double off) {
    Random random = new Random(size);
    float[] values = new float[blocks * size * size];
    for (int k = 0; k < blocks; k++) {
      for (int i = 0; i + 1 < size; i += 2) {
        double angle = random.nextGaussian();
        int at = (k * size + i) * size + i;
        values[at] = (float) Math.cos(angle);
        values[at + 1] = (float) Math.sin(angle);
        values[at + size] = (float) -Math.sin(angle);
        values[at + size + 1] = (float) Math.cos(angle);
      }
    }
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (off * (random.nextDouble() - 0.5));
    }
    return values;
  }

  @Test
  void blocksThatAreNearlyOrthogonalAreMadeSo() {
    OrthogonalBlocks blocks = OrthogonalBlocks.nearest(turns(3, 16, 1e-3), 16);
    double[][] rows = new double[48][48];
    for (int i = 0; i < 48; i++) {
      rows[i][i] = 1;
      blocks.apply(rows[i]);
    }
    for (int i = 0; i < 48; i++) {
      for (int j = 0; j < 48; j++) {
        assertThat(dot(rows[i], rows[j])).isCloseTo(i == j ? 1 : 0, within(ROUNDING));
        // Blocks stand on the diagonal and nowhere else, and each is the one next to what was
        // given.
        double given = i / 16 == j / 16 ? turns(3, 16, 0)[i * 16 + j % 16] : 0;
        assertThat(rows[i][j]).isCloseTo(given, within(i / 16 == j / 16 ? 2e-3 : 0));
      }
    }
  }

  @Test
  void whatIsNotNearlyOrthogonalIsRefused() {
    float[] twice = turns(1, 16, 0);
    for (int i = 0; i < twice.length; i++) {
      twice[i] *= 2;
    }
    assertThatThrownBy(() -> OrthogonalBlocks.nearest(twice, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from orthogonal");
    float[] lost = turns(1, 16, 0);
    lost[5] = Float.NaN;
    assertThatThrownBy(() -> OrthogonalBlocks.nearest(lost, 16))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OrthogonalBlocks.nearest(new float[100], 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("100 elements are no blocks of 16 x 16");
  }

  @Test
  void blocksStandBehindTheHadamardMatrix() {
    OrthogonalBlocks blocks = OrthogonalBlocks.nearest(turns(3, 16, 1e-3), 16);
    Rotation random = Rotation.of(48, 5);
    Rotation learned = random.then(blocks);
    double[] x = gaussian(48, 9);
    double[] expected = x.clone();
    random.apply(expected);
    blocks.apply(expected);
    double[] turned = x.clone();
    learned.apply(turned);
    assertThat(turned).containsExactly(expected);
    learned.undo(turned);
    assertThat(turned).containsExactly(x, within(ROUNDING * 48));
    assertThat(learned.description()).endsWith(", and a learned orthogonal matrix in blocks of 16");
    assertThatThrownBy(() -> Rotation.of(50, 5).then(blocks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Blocks of 48 channels for a rotation of 50");
  }

  @Test
  void plantedOutliersLeaveTheKurtosisOfANormalDistribution() {
    int width = 768;
    double[] moments = new double[2];
    double[] before = new double[2];
    Rotation rotation = Rotation.of(width, 3);
    for (int row = 0; row < 200; row++) {
      double[] x = gaussian(width, row);
      for (int channel : new int[] {17, 255, 600}) {
        x[channel] *= 30;
      }
      add(before, x);
      rotation.apply(x);
      add(moments, x);
    }
    int count = 200 * width;
    assertThat(kurtosis(before, count)).isGreaterThan(100);
    // Of 153600 normal numbers the kurtosis has a standard deviation of sqrt(24 / n) = 0.013;
    // rows differ in norm by what the outliers happen to be.
    assertThat(kurtosis(moments, count)).isBetween(2.5, 8.0);
    assertThat(kurtosis(moments, count)).isLessThan(kurtosis(before, count) / 20);
  }

  private static void add(double[] moments, double[] x) {
    for (double value : x) {
      moments[0] += value * value;
      moments[1] += value * value * value * value;
    }
  }

  private static double kurtosis(double[] moments, int count) {
    double variance = moments[0] / count;
    return moments[1] / count / (variance * variance);
  }
}
