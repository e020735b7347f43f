package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.gradient.pointwise.AddGradient;
import dev.tailgate.onnx.gradient.pointwise.DivGradient;
import dev.tailgate.onnx.gradient.pointwise.ExpGradient;
import dev.tailgate.onnx.gradient.pointwise.MulGradient;
import dev.tailgate.onnx.gradient.pointwise.TanhGradient;
import dev.tailgate.onnx.gradient.reduce.LogSoftmaxGradient;
import dev.tailgate.onnx.gradient.reduce.ReduceSumGradient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole models: exports of small models by PyTorch's two exporters, in float32, against PyTorch in
 * float64. The models that are kept are the narrowest; those of all architectures are made by
 * {@code testdata/recipes/gradients.py} and looked at where {@code -Dgradient.models=FOLDER} names
 * them.
 */
class ModelGradientsTest {
  /** Float32 leaves 1e-7; some sums over a few dozen terms lose a digit, small gradients two. */
  private static final double BAR = 1e-5;

  private static List<Path> models(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".onnx"))
          .filter(file -> !file.toString().endsWith(".gradients.onnx"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> chosen() {
    String more = System.getProperty("gradient.models", "");
    return models(Path.of(more.isEmpty() ? "../../testdata/gradients" : more));
  }

  @TestFactory
  Stream<DynamicTest> everyParameterHasTheGradientOfPyTorch() {
    return chosen().stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
  }

  private static void check(Path file) throws IOException {
    String name = file.getFileName().toString().replace(".onnx", "");
    ModelGradients.Result result;
    try {
      result = ModelGradients.of(file, Map.of());
    } catch (RuntimeException refused) {
      report("| " + name + " | refused: " + refused.getMessage() + " |");
      throw refused;
    }
    report(result.row(name) + " strangers " + result.strangers() + " missed " + result.missed());
    assertThat(result.errors()).as(name).isNotEmpty();
    assertThat(result.errors()).allSatisfy((p, error) -> assertThat(error).as(p).isLessThan(BAR));
    assertThat(result.strangers()).as("taken for weights").isEmpty();
    assertThat(result.missed()).as("not taken for weights").isEmpty();
    assertThat(result.absent()).isEmpty();
  }

  /** A rule that belongs to another operator is noticed, wherever it stands in the model. */
  @ParameterizedTest
  @ValueSource(strings = {"Mul", "Sub", "Erf", "Sqrt", "ReduceMean", "Softmax", "Pow"})
  void aWrongRuleIsNoticed(String operator) {
    GradientRule wrong =
        switch (operator) {
          case "Mul" -> new DivGradient();
          case "Sub" -> new AddGradient();
          case "Erf" -> new TanhGradient();
          case "Sqrt" -> new ExpGradient();
          case "ReduceMean" -> new ReduceSumGradient();
          case "Softmax" -> new LogSoftmaxGradient();
          default -> new MulGradient();
        };
    Path file = Path.of("../../testdata/gradients/bert-script-eager-opset9.onnx");
    ModelGradients.Result result = ModelGradients.of(file, Map.of(operator, wrong));
    assertThat(result.worst()).isGreaterThan(100 * BAR);
  }

  /** A gradient that is a thousandth too large is noticed. */
  @Test
  void aGradientThatIsTooLargeIsNoticed() {
    double[] gradient = {0.5, -2, 0, 1e-3};
    double[] larger = Arrays.stream(gradient).map(g -> 1.001 * g).toArray();
    assertThat(ModelGradients.error(larger, gradient)).isCloseTo(1e-3, within(1e-9));
    assertThat(ModelGradients.error(gradient, gradient)).isZero();
  }

  private static void report(String line) throws IOException {
    String file = System.getProperty("gradient.report", "");
    if (!file.isEmpty()) {
      Files.writeString(
          Path.of(file),
          line + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }
}
