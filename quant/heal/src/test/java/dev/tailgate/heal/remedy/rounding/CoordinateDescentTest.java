package dev.tailgate.heal.remedy.rounding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CoordinateDescentTest {
  private static final int IN = 6;
  private static final int LEVELS = 4;

  /** One output with six inputs in 2 bits, and correlated inputs. */
  private record Case(LayerGrid grid, Gram gram, InputHessian hessian) {
    static Case of(long seed) {
      Random random = new Random(seed);
      float[] weight = new float[IN];
      Range range = Range.EMPTY;
      for (int i = 0; i < IN; i++) {
        weight[i] = (float) random.nextGaussian();
        range = range.union(new Range(weight[i], weight[i]));
      }
      double[] products = new double[IN * IN];
      for (int n = 0; n < 20; n++) {
        double common = random.nextGaussian();
        double[] x = random.doubles(IN).map(v -> v - 0.5 + common).toArray();
        for (int i = 0; i < IN * IN; i++) {
          products[i] += x[i / IN] * x[i % IN];
        }
      }
      Gram gram = new Gram(IN, products, new double[IN], 20);
      return new Case(
          new LayerGrid(
              new Matrix(IN, 1, weight),
              GridRule.grid(TensorScheme.parse("uint2:asym"), range).perTensor(),
              false,
              false),
          gram,
          InputHessian.of(gram, InputHessian.DAMPING));
    }

    double error(float[] codes) {
      return CoordinateDescent.error(grid, hessian, codes, 0);
    }

    float[] descended(float[] start) {
      float[] codes = start.clone();
      CoordinateDescent.improve(grid, hessian, codes);
      return codes;
    }

    /** The least error of all combinations that leave the pins where they are. */
    double least() {
      double least = Double.POSITIVE_INFINITY;
      float[] nearest = Gptq.nearest(grid);
      for (int c = 0; c < Math.pow(LEVELS, IN); c++) {
        float[] codes = new float[IN];
        for (int i = 0, rest = c; i < IN; i++, rest /= LEVELS) {
          codes[i] = grid.isPinned(i, 0) ? nearest[i] : rest % LEVELS;
        }
        least = Math.min(least, error(codes));
      }
      return least;
    }
  }

  @Property(tries = 200)
  void noSingleStepImprovesTheResult(@ForAll long seed) {
    Case of = Case.of(seed);
    float[] codes = of.descended(Gptq.nearest(of.grid()));
    double error = of.error(codes);
    for (int i = 0; i < IN; i++) {
      for (int step : new int[] {-1, 1}) {
        float[] other = codes.clone();
        other[i] = (float) of.grid().neighbour(codes[i], step, i, 0);
        // Sums in another order differ in the last bits.
        assertThat(of.error(other)).isGreaterThanOrEqualTo(error * (1 - 1e-9));
      }
    }
  }

  @Property(tries = 200)
  void theErrorNeverRises(@ForAll long seed) {
    Case of = Case.of(seed);
    float[] start = Gptq.round(of.grid(), of.gram(), true);
    assertThat(of.error(of.descended(start))).isLessThanOrEqualTo(of.error(start) * (1 + 1e-9));
  }

  @Test
  void mostSmallCasesEndAtTheBestOfAllCombinations() {
    int nearest = 0;
    int gptq = 0;
    int descended = 0;
    for (int seed = 0; seed < 50; seed++) {
      Case of = Case.of(seed);
      double best = of.least() * (1 + 1e-9);
      float[] start = Gptq.round(of.grid(), of.gram(), true);
      assertThat(of.error(start)).isGreaterThanOrEqualTo(of.least() * (1 - 1e-9));
      nearest += of.error(Gptq.nearest(of.grid())) <= best ? 1 : 0;
      gptq += of.error(start) <= best ? 1 : 0;
      descended += of.error(of.descended(start)) <= best ? 1 : 0;
    }
    // Of 50: each case is 4^4 combinations or so, and single steps cannot leave a local minimum.
    assertThat(nearest).isEqualTo(17);
    assertThat(gptq).isEqualTo(30);
    assertThat(descended).isEqualTo(33);
  }
}
