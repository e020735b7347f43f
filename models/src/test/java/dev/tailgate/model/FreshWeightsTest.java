package dev.tailgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.weight.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights are drawn from the seed and their names alone. */
class FreshWeightsTest {
  private static final int MOST = 1_000_000;

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tailgate.model.SmallModels#all")
  void oneSeedGivesOneFile(String name, Architecture architecture) throws IOException {
    architecture.build(5).save(folder.resolve("a.onnx"));
    architecture.build(5).save(folder.resolve("b.onnx"));
    architecture.build(6).save(folder.resolve("c.onnx"));
    byte[] bytes = Files.readAllBytes(folder.resolve("a.onnx"));
    assertThat(Files.readAllBytes(folder.resolve("b.onnx"))).isEqualTo(bytes);
    assertThat(Files.readAllBytes(folder.resolve("c.onnx"))).isNotEqualTo(bytes);
  }

  @Test
  void aWeightDoesNotChangeWithWhatStandsBesideIt() {
    Map<String, double[]> deep = weights(vit(3, true).build(7));
    weights(vit(2, false).build(7))
        .forEach(
            (name, values) -> {
              // Positions have one row more where there is a token more.
              if (!name.equals("positions")) {
                assertThat(deep.get(name)).as(name).isEqualTo(values);
              }
            });
  }

  @Test
  void noTwoMatricesAreDrawnAlike() {
    Map<String, double[]> weights = weights(Bert.TINY.build(1));
    weights.putAll(prefixed("other seed: ", weights(Bert.TINY.build(2))));
    weights.values().removeIf(values -> Arrays.stream(values).distinct().count() == 1);
    assertThat(weights.values().stream().map(values -> Arrays.toString(head(values))))
        .doesNotHaveDuplicates();
    // Of streams that are apart, 2304 products have a mean of 0 +- 1 / 48.
    assertThat(
            correlation(
                weights.get("layers.0.attention.query.weight"),
                weights.get("layers.0.attention.key.weight")))
        .isCloseTo(0, within(4.0 / 48));
    assertThat(
            correlation(
                weights.get("layers.0.attention.query.weight"),
                weights.get("other seed: layers.0.attention.query.weight")))
        .isCloseTo(0, within(4.0 / 48));
  }

  @Test
  void deviationsAreThoseThatAreAskedFor() {
    Map<String, double[]> bert = weights(Bert.TINY.build(1));
    // A deviation of n numbers is known to 1 / sqrt(2 n): 1.5 % of 2304, 1 % of 9216.
    assertThat(deviation(bert.get("layers.1.attention.value.weight")))
        .isCloseTo(0.02, within(0.02 * 0.06));
    assertThat(deviation(bert.get("layers.0.fc1.weight"))).isCloseTo(0.02, within(0.02 * 0.03));
    assertThat(deviation(bert.get("tokens.weight"))).isCloseTo(0.5, within(0.5 * 0.08));
    assertThat(bert.get("layers.0.fc1.bias")).containsOnly(0.0);
    assertThat(bert.get("embedding_norm.weight")).containsOnly(1.0);
    Map<String, double[]> vit = weights(Vit.TINY.build(1));
    // Two axes of two turns, whose squared sine and cosine sum to 1: a variance of 4 * 0.5^2.
    assertThat(deviation(vit.get("positions"))).isCloseTo(1, within(0.1));
    // Uniform in [-1/sqrt(108), 1/sqrt(108)], as PyTorch begins.
    assertThat(Arrays.stream(vit.get("patches.weight")).max().orElseThrow())
        .isBetween(0.095, 1 / Math.sqrt(108));
    assertThat(deviation(vit.get("patches.weight")))
        .isCloseTo(1 / Math.sqrt(3 * 108), within(0.02 / Math.sqrt(3 * 108)));
  }

  @Test
  void positionsBeginAsWavesOfRowsAndOfColumns() {
    int width = Vit.TINY.width();
    int grid = Vit.TINY.image() / Vit.TINY.patch();
    double[] places = weights(Vit.TINY.build(3)).get("positions");
    for (int c = 0; c < width; c++) {
      double total = 0;
      for (int row = 0; row < grid; row++) {
        for (int column = 0; column < grid; column++) {
          double here = places[(row * grid + column) * width + c];
          double parts = places[row * grid * width + c] + places[column * width + c] - places[c];
          assertThat(here).isCloseTo(parts, within(1e-5));
          total += here;
        }
      }
      assertThat(total).isCloseTo(0, within(1e-4));
    }
  }

  private static Vit vit(int layers, boolean token) {
    return new Vit(24, 6, 3, 8, layers, 48, 4, 96, token, token, true, 0.02, 0.5);
  }

  private static Map<String, double[]> weights(OnnxModel model) {
    Map<String, double[]> weights = new TreeMap<>();
    Map<String, ConstantTensor> constants = model.graph().initializers();
    Weights.of(model.graph())
        .keySet()
        .forEach(name -> weights.put(name, constants.get(name).toDoubles(MOST)));
    return weights;
  }

  private static Map<String, double[]> prefixed(String prefix, Map<String, double[]> weights) {
    Map<String, double[]> named = new TreeMap<>();
    weights.forEach((name, values) -> named.put(prefix + name, values));
    return named;
  }

  private static double[] head(double[] values) {
    return Arrays.copyOf(values, 8);
  }

  private static double deviation(double[] x) {
    double mean = Arrays.stream(x).average().orElseThrow();
    return Math.sqrt(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }

  private static double correlation(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum / x.length / deviation(x) / deviation(y);
  }
}
