package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.gradient.Differentiated;
import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Compares the gradients of a case with {@link CentralDifferences}, and with PyTorch's where the
 * fixture has them. Each case is differentiated once for each {@link Knowledge} of its shapes, once
 * with the variables as initialisers, and once in float32. An error is the largest difference of a
 * variable's gradient over the largest of its derivatives.
 */
public final class GradientCheck {
  static final RunnerOptions PLAIN =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.NONE);

  /** Of differences in doubles; a wrong term of a rule is off by far more. */
  private static final double DIFFERENCES = 1e-8;

  /** Of differences in float32: the rounding of some hundred terms over the step. */
  private static final double FLOAT_DIFFERENCES = 2e-4;

  /** Of two computations of one formula in doubles, in another order. */
  private static final double ROUNDING = 1e-11;

  /** Of two computations of one formula in float32, in another order. */
  private static final double FLOAT_ROUNDING = 2e-5;

  /** Where a gradient is smaller everywhere, errors count over this. */
  private static final double LEAST_SCALE = 1e-2;

  private final GradientCase given;
  private final CaseValues values;
  private final Map<String, GradientRule> instead;
  private final boolean isDouble;
  private final Map<String, long[]> shapes;

  private GradientCheck(GradientCase given, Map<String, GradientRule> instead) {
    this.given = given;
    this.values = CaseValues.of(given);
    this.instead = instead;
    this.isDouble = given.type() == ElementType.DOUBLE;
    this.shapes = shapes(CaseModel.of(given, values, given.type(), Knowledge.SIZES));
  }

  /**
   * The largest errors of one case.
   *
   * @param differences against central differences
   * @param torch against PyTorch in float64, NaN where there is no fixture
   * @param single of the gradients in float32 against those in doubles, NaN where there are none
   */
  public record Errors(double differences, double torch, double single) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.1e | %.1e | %.1e", differences, torch, single);
    }
  }

  /** Checks a case, and fails where a gradient is wrong. */
  public static Errors passes(GradientCase given) {
    Errors errors = passes(given, Map.of());
    GradientReport.add(given.name(), errors);
    return errors;
  }

  /** The same with other rules in place of those of the table, by operator. */
  static Errors passes(GradientCase given, Map<String, GradientRule> instead) {
    return new GradientCheck(given, instead).run();
  }

  private Errors run() {
    Map<String, double[]> expected =
        CentralDifferences.of(CaseModel.of(given, values, given.type(), Knowledge.SIZES));
    Map<String, double[]> gradients = gradients(given.type(), Knowledge.SIZES);
    double bound = isDouble ? DIFFERENCES : FLOAT_DIFFERENCES;
    double rounding = isDouble ? ROUNDING : FLOAT_ROUNDING;
    double differences = near(gradients, expected, bound, "told sizes");
    near(gradients(given.type(), Knowledge.SYMBOLS), gradients, rounding, "told symbols");
    near(gradients(given.type(), Knowledge.RANKS), gradients, rounding, "told ranks");
    if (given.isRankNeeded()) {
      requireRefusal();
    } else {
      near(gradients(given.type(), Knowledge.NOTHING), gradients, rounding, "told nothing");
    }
    CaseModel constants = CaseModel.ofConstants(given, values, given.type());
    near(gradients(constants, Knowledge.SIZES), gradients, rounding, "of initialisers");
    double torch =
        TorchFixture.has(given)
            ? near(gradients, values.gradients(), rounding, "in torch")
            : Double.NaN;
    return new Errors(differences, torch, isDouble ? single(gradients) : Double.NaN);
  }

  private double single(Map<String, double[]> gradients) {
    return near(
        gradients(ElementType.FLOAT, Knowledge.SIZES), gradients, FLOAT_ROUNDING, "in float32");
  }

  private void requireRefusal() {
    try {
      gradients(given.type(), Knowledge.NOTHING);
    } catch (ModelException refused) {
      assertThat(refused).hasMessageContaining("rank");
      return;
    }
    throw new AssertionError(given + " needs no ranks: leave needsRank() out");
  }

  private Map<String, double[]> gradients(ElementType type, Knowledge knowledge) {
    return gradients(CaseModel.of(given, values, type, knowledge), knowledge);
  }

  private Map<String, double[]> gradients(CaseModel model, Knowledge knowledge) {
    KnownShapes known = KnownShapes.of(model.model().graph(), model.known(knowledge, shapes));
    Set<String> variables = given.shapes().keySet();
    Differentiated differentiated =
        Gradients.of(model.model(), CaseModel.LOSS, variables, known, instead);
    Map<String, double[]> gradients = new LinkedHashMap<>();
    try (ModelRunner runner = ModelRunner.open(differentiated.exposed(), PLAIN)) {
      Map<String, Tensor> found =
          runner.run(model.feeds(), Set.copyOf(differentiated.gradients().values()));
      for (String variable : variables) {
        Tensor gradient = found.get(differentiated.gradients().get(variable));
        assertThat(gradient.shape())
            .as("%s: the shape of d%s, %s", given, variable, knowledge)
            .isEqualTo(given.shapes().get(variable));
        gradients.put(variable, doubles(gradient));
      }
    }
    return gradients;
  }

  /** The shapes of all values of the forward pass. */
  private Map<String, long[]> shapes(CaseModel forward) {
    Set<String> inner = new LinkedHashSet<>();
    forward.model().graph().nodes().forEach(node -> inner.addAll(node.outputs()));
    inner.remove("");
    inner.remove(CaseModel.LOSS);
    Map<String, long[]> found = new LinkedHashMap<>();
    try (ModelRunner runner = ModelRunner.open(forward.model().exposing(inner), PLAIN)) {
      runner.run(forward.feeds(), inner, (value, tensor) -> found.put(value, tensor.shape()));
    }
    found.put(CaseModel.LOSS, new long[] {1, 1});
    found.putAll(given.shapes());
    values.data().forEach((name, tensor) -> found.put(name, tensor.shape()));
    return found;
  }

  private double near(
      Map<String, double[]> found, Map<String, double[]> expected, double most, String how) {
    double worst = 0;
    for (String variable : given.shapes().keySet()) {
      double[] one = found.get(variable);
      double[] other = expected.get(variable);
      double scale = LEAST_SCALE;
      for (double value : other) {
        scale = Math.max(scale, Math.abs(value));
      }
      for (int i = 0; i < one.length; i++) {
        double error = Math.abs(one[i] - other[i]) / scale;
        // Not written the other way round: NaN is an error too.
        if (!(error <= most)) {
          throw new AssertionError(
              String.format(
                  Locale.ROOT,
                  "%s: d%s[%d] %s: expected %s, found %s, an error of %.1e where %.1e is allowed",
                  given,
                  variable,
                  i,
                  how,
                  other[i],
                  one[i],
                  error,
                  most));
        }
        worst = Math.max(worst, error);
      }
    }
    return worst;
  }

  static double[] doubles(Tensor tensor) {
    Elements.Reader reader = Elements.reader(tensor);
    double[] values = new double[tensor.elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = reader.get(i);
    }
    return values;
  }
}
