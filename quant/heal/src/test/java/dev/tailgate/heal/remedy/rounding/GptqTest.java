package dev.tailgate.heal.remedy.rounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.NpyFixture;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fixtures are written by {@code testdata/recipes/gptq_vectors.py}. */
class GptqTest {
  private static final int IN = 24;
  private static final int OUT = 10;

  private static Gram gram(double[] products, int width) {
    return new Gram(width, products, new double[width], 100);
  }

  private static double[] doubles(String name) {
    float[] values = NpyFixture.of(GptqTest.class, name).floats();
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** Int4, a scale for each output, as the script has them. */
  private static LayerGrid fixture() {
    float[] weight = NpyFixture.of(GptqTest.class, "gptq_weight.npy").floats();
    float[] scales = NpyFixture.of(GptqTest.class, "gptq_scales.npy").floats();
    QuantParams params =
        QuantParams.of(new IntegerFormat(4, true), new ScaleLayout.Axis(1), scales, new int[OUT]);
    return new LayerGrid(new Matrix(IN, OUT, weight), params, true, false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void numbersAreThoseOfNumPy(boolean descending) {
    float[] codes = Gptq.round(fixture(), gram(doubles("gptq_gram.npy"), IN), descending);
    String name = descending ? "gptq_descending.npy" : "gptq_stored.npy";
    assertThat(codes).containsExactly(NpyFixture.of(GptqTest.class, name).floats());
  }

  @Test
  void withoutCorrelationItIsRoundingToNearest() {
    Random random = new Random(1);
    double[] products = new double[IN * IN];
    for (int i = 0; i < IN; i++) {
      products[i * IN + i] = 0.1 + random.nextDouble();
    }
    LayerGrid grid = fixture();
    assertThat(Gptq.round(grid, gram(products, IN), true)).containsExactly(Gptq.nearest(grid));
  }

  @Test
  void withoutAnyInputItIsRoundingToNearest() {
    LayerGrid grid = fixture();
    assertThat(Gptq.round(grid, gram(new double[IN * IN], IN), true))
        .containsExactly(Gptq.nearest(grid));
  }

  @Test
  void theErrorOfEveryLayerIsBelowThatOfNearestRoundingOnCorrelatedInputs() {
    LayerGrid grid = fixture();
    Gram gram = gram(doubles("gptq_gram.npy"), IN);
    InputHessian hessian = InputHessian.of(gram, InputHessian.DAMPING);
    float[] codes = Gptq.round(grid, gram, true);
    double nearest = 0;
    double rounded = 0;
    for (int o = 0; o < OUT; o++) {
      nearest += CoordinateDescent.error(grid, hessian, Gptq.nearest(grid), o);
      rounded += CoordinateDescent.error(grid, hessian, codes, o);
    }
    assertThat(rounded).isLessThan(nearest / 2);
  }

  @Test
  void theFactorOfTheInverseIsThatOfACholeskyDecomposition() {
    // 150 is two blocks and a part of one.
    int n = 150;
    Random random = new Random(5);
    double[] h = new double[n * n];
    double[][] x = new double[2 * n][n];
    for (double[] row : x) {
      for (int i = 0; i < n; i++) {
        row[i] = random.nextGaussian();
      }
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          h[i * n + j] += row[i] * row[j];
        }
      }
    }
    int[] order = TriangularFactors.order(h, n, true);
    double[] u = TriangularFactors.ofInverse(h, n, order);
    // U^T U H in the order of the permutation is the identity.
    double[] product = new double[n * n];
    double[] wide = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          wide[i * n + j] += u[i * n + k] * h[order[k] * n + order[j]];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          product[i * n + j] += u[k * n + i] * wide[k * n + j];
        }
        // Condition number about 30: rounding of doubles is far below.
        assertThat(product[i * n + j]).isCloseTo(i == j ? 1 : 0, within(1e-10));
        assertThat(j < i && u[i * n + j] != 0).isFalse();
      }
    }
  }

  @Test
  void aMatrixThatIsNotDefiniteIsRefused() {
    assertThat(TriangularFactors.decompose(new double[] {1, 2, 2, 1}, 2)).isFalse();
  }
}
