package dev.tailgate.heal.remedy.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KurtosisDescentTest {
  private static final int LAYERS = 3;
  private static final int ROWS = 11;

  /** Numbers with heavy tails: cubes of normal ones. */
  private static float[] heavy(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.pow(random.nextGaussian(), 3);
    }
    return values;
  }

  /** The loss in doubles, by its definition. */
  private static double loss(double[] b, float[] rows, int blocks, int size) {
    double sum = 0;
    for (int layer = 0; layer < LAYERS; layer++) {
      double[] y = new double[blocks * ROWS * size];
      for (int k = 0; k < blocks; k++) {
        for (int row = 0; row < ROWS; row++) {
          for (int j = 0; j < size; j++) {
            for (int i = 0; i < size; i++) {
              y[(k * ROWS + row) * size + j] +=
                  rows[((k * LAYERS + layer) * ROWS + row) * size + i]
                      * b[(k * size + i) * size + j];
            }
          }
        }
      }
      double mean = 0;
      for (double value : y) {
        mean += value / y.length;
      }
      double second = 0;
      double fourth = 0;
      for (double value : y) {
        second += Math.pow(value - mean, 2) / y.length;
        fourth += Math.pow(value - mean, 4) / y.length;
      }
      sum += Math.abs(fourth / (second * second) - 1.8) / LAYERS;
    }
    return sum;
  }

  private static float[] floats(Map<String, Tensor> found, String name) {
    return Objects.requireNonNull(found.get(name)).toFloats();
  }

  /** An orthogonal matrix a block: a product of turns in planes. */
  private static double[] orthogonal(int blocks, int size, Random random) {
    double[] b = new double[blocks * size * size];
    for (int k = 0; k < blocks; k++) {
      for (int i = 0; i < size; i++) {
        b[(k * size + i) * size + i] = 1;
      }
      for (int i = 0; i + 1 < size; i++) {
        double angle = random.nextGaussian();
        for (int row = 0; row < size; row++) {
          int at = (k * size + row) * size + i;
          double one = b[at];
          double other = b[at + 1];
          b[at] = Math.cos(angle) * one - Math.sin(angle) * other;
          b[at + 1] = Math.sin(angle) * one + Math.cos(angle) * other;
        }
      }
    }
    return b;
  }

  private static Map<String, Tensor> step(
      double[] b, float[] rows, int blocks, int size, double length) {
    float[] narrow = new float[b.length];
    for (int i = 0; i < b.length; i++) {
      narrow[i] = (float) b[i];
    }
    Map<String, Tensor> feeds = new HashMap<>();
    feeds.put(KurtosisDescent.ROWS, Tensor.ofFloats(rows, blocks, (long) LAYERS * ROWS, size));
    feeds.put(KurtosisDescent.BLOCKS, Tensor.ofFloats(narrow, blocks, size, size));
    feeds.put(KurtosisDescent.MOMENTUM, Tensor.allocate(ElementType.FLOAT, blocks, size, size));
    feeds.put(KurtosisDescent.LENGTH, Tensor.ofFloats(new float[] {(float) length}));
    OnnxModel model = KurtosisDescent.of(LAYERS, blocks, size);
    try (ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU)) {
      return runner.run(
          feeds,
          Set.of(KurtosisDescent.LOSS, KurtosisDescent.GRADIENT, "next_blocks", "next_momentum"));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 8", "3, 5"})
  void gradientIsThatOfCentralDifferencesInDoubles(int blocks, int size) {
    Random random = new Random(3);
    float[] rows = heavy(LAYERS * ROWS * blocks * size, random);
    double[] b = orthogonal(blocks, size, random);
    Map<String, Tensor> found = step(b, rows, blocks, size, 0.1);
    assertThat((double) floats(found, KurtosisDescent.LOSS)[0])
        .isCloseTo(loss(b, rows, blocks, size), within(1e-5));
    float[] gradient = floats(found, KurtosisDescent.GRADIENT);
    double[] expected = new double[b.length];
    double largest = 0;
    for (int i = 0; i < b.length; i++) {
      double[] more = b.clone();
      double[] less = b.clone();
      more[i] += 1e-5;
      less[i] -= 1e-5;
      expected[i] = (loss(more, rows, blocks, size) - loss(less, rows, blocks, size)) / 2e-5;
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    for (int i = 0; i < b.length; i++) {
      // Moments of cubes in float32: some 100 units in the last place of the largest element.
      assertThat((double) gradient[i]).isCloseTo(expected[i], within(1e-5 * largest));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 8, 0.01", "1, 8, 1", "3, 5, 0.2", "1, 64, 0.5"})
  void stepsStayOrthogonalAndShortOnesGoDown(int blocks, int size, double length) {
    Random random = new Random(4);
    float[] rows = heavy(LAYERS * ROWS * blocks * size, random);
    double[] b = orthogonal(blocks, size, random);
    float[] next = floats(step(b, rows, blocks, size, length), "next_blocks");
    double[] wide = new double[next.length];
    double moved = 0;
    for (int i = 0; i < next.length; i++) {
      wide[i] = next[i];
      moved = Math.max(moved, Math.abs(wide[i] - b[i]));
    }
    for (int k = 0; k < blocks; k++) {
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          double dot = 0;
          for (int c = 0; c < size; c++) {
            dot += wide[(k * size + i) * size + c] * wide[(k * size + j) * size + c];
          }
          assertThat(dot).isCloseTo(i == j ? 1 : 0, within(1e-5));
        }
      }
    }
    assertThat(moved).isGreaterThan(1e-4);
    if (length < 0.1) {
      assertThat(loss(wide, rows, blocks, size)).isLessThan(loss(b, rows, blocks, size));
    }
  }
}
