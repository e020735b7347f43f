package dev.tailgate.heal.remedy.rounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.IdentityModel;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.tap.GramOutputs;
import dev.tailgate.onnx.tap.GramPass;
import dev.tailgate.onnx.tap.SliceWeights;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.onnx.tap.TokenLayout;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GramPassTest {
  private static final int BATCH = 3;
  private static final int TOKENS = 5;
  private static final int WIDTH = 7;

  @ParameterizedTest
  @CsvSource({"9, false", "13, true", "20, false", "20, true"})
  void sumsAreThoseOfDoublesOverRealTokens(long opset, boolean flattened) {
    Random random = new Random(11);
    float[] x = new float[BATCH * TOKENS * WIDTH];
    float[] mask = new float[BATCH * TOKENS];
    double[] gram = new double[WIDTH * WIDTH];
    double[] sum = new double[WIDTH];
    double rows = 0;
    for (int n = 0; n < mask.length; n++) {
      mask[n] = n % TOKENS < 2 + n / TOKENS ? 1 : 0;
      for (int k = 0; k < WIDTH; k++) {
        // What is in padding must not matter.
        x[n * WIDTH + k] = mask[n] == 1 ? (float) random.nextGaussian() : Float.NaN;
      }
      rows += mask[n];
      for (int i = 0; mask[n] == 1 && i < WIDTH; i++) {
        sum[i] += x[n * WIDTH + i];
        for (int j = 0; j < WIDTH; j++) {
          gram[i * WIDTH + j] += (double) x[n * WIDTH + i] * x[n * WIDTH + j];
        }
      }
    }
    TokenLayout layout = flattened ? new TokenLayout.Flattened() : new TokenLayout.Axis(1);
    TapTarget target = new TapTarget("x", ElementType.FLOAT, flattened ? 2 : 3, layout, false);
    GramPass.Instrumented pass =
        GramPass.apply(IdentityModel.of(opset), List.of(target), true, true);
    GramOutputs outputs = pass.outputs().get(0);
    long[] shape =
        flattened ? new long[] {BATCH * TOKENS, WIDTH} : new long[] {BATCH, TOKENS, WIDTH};
    Map<String, Tensor> feeds =
        Map.of(
            "x",
            Tensor.ofFloats(x, shape),
            SliceWeights.TOKEN_MASK,
            Tensor.ofFloats(mask, BATCH, TOKENS));
    String product = outputs.gram().orElseThrow();
    try (ModelRunner runner = ModelRunner.open(pass.model(), ReferenceModel.CPU)) {
      Map<String, Tensor> found = runner.run(feeds, Set.of(product, outputs.sum(), outputs.rows()));
      // Sums of a dozen float32 products near 1.
      assertClose(found, product, gram, 1e-5);
      assertClose(found, outputs.sum(), sum, 1e-5);
      assertClose(found, outputs.rows(), new double[] {rows}, 0);
    }
  }

  private static void assertClose(
      Map<String, Tensor> found, String name, double[] expected, double tolerance) {
    float[] values = Objects.requireNonNull(found.get(name)).toFloats();
    assertThat(values).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) values[i]).isCloseTo(expected[i], within(tolerance));
    }
  }
}
