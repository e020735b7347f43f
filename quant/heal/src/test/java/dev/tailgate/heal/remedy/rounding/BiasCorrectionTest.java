package dev.tailgate.heal.remedy.rounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BiasCorrectionTest {
  private static final int IN = 12;
  private static final int OUT = 5;
  private static final int ROWS = 60;

  @Test
  void theMeanErrorOfARoundedLayerIsZeroAfterwards() {
    Random random = new Random(2);
    QuantParams inputs =
        GridRule.grid(TensorScheme.parse("uint4:asym"), new Range(-2, 4)).perTensor();
    QuantParams weights =
        GridRule.grid(TensorScheme.parse("int4:sym"), new Range(-2, 2)).perTensor();
    Matrix weight = new Matrix(IN, OUT, new float[IN * OUT]);
    Matrix rounded = new Matrix(IN, OUT, new float[IN * OUT]);
    for (int i = 0; i < weight.values().length; i++) {
      weight.values()[i] = (float) random.nextGaussian();
      rounded.values()[i] = weights.fakeQuant(weight.values()[i], 0);
    }
    double[] mean = new double[IN];
    double[] roundedMean = new double[IN];
    double[] meanError = new double[OUT];
    for (int n = 0; n < ROWS; n++) {
      for (int i = 0; i < IN; i++) {
        float x = (float) (1 + random.nextGaussian());
        float q = inputs.fakeQuant(x, 0);
        mean[i] += (double) x / ROWS;
        roundedMean[i] += (double) q / ROWS;
        for (int o = 0; o < OUT; o++) {
          double exact = (double) x * weight.at(i, o);
          meanError[o] += (exact - (double) q * rounded.at(i, o)) / ROWS;
        }
      }
    }
    double[] shift = BiasCorrection.shift(weight, rounded, mean, roundedMean);
    for (int o = 0; o < OUT; o++) {
      assertThat(Math.abs(meanError[o])).isGreaterThan(1e-3);
      // Sums of some hundred doubles near 1, in another order.
      assertThat(meanError[o] - shift[o]).isCloseTo(0, within(1e-12));
    }
  }
}
