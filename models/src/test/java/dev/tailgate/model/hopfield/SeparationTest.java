package dev.tailgate.model.hopfield;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.Differentiated;
import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights as graphs meet what defines them, and gradients their closed forms. */
class SeparationTest {
  /** Some tens of roundings of 1e-16, of similarities up to 20. */
  private static final double DOUBLE = 1e-13;

  private static final double FLOAT = 2e-6;
  private static final int KEYS = 6;
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static double[][] rows() {
    List<double[]> rows = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 400; i++) {
      double scale = Math.pow(10, random.nextDouble() * 2.6 - 1.3);
      rows.add(random.doubles(KEYS, -scale, scale).toArray());
    }
    rows.add(new double[] {0, 0, 0, 0, 0, 0});
    rows.add(new double[] {3, 3, 3, 3, 3, 3});
    rows.add(new double[] {-4e3, -4e3, -4e3, -4e3, -4e3, -4e3});
    rows.add(new double[] {1e4, 1e4, -1e4, 0, 1e4, 0});
    rows.add(new double[] {1, -INFINITY, 0.5, -INFINITY, 0.7, -INFINITY});
    rows.add(new double[] {-INFINITY, -INFINITY, -7, -INFINITY, -INFINITY, -INFINITY});
    return rows.toArray(double[][]::new);
  }

  private static OnnxModel graph(Separation separation, ElementType type, int keys) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(18));
    Value z = g.input("z", type, Dim.of("N"), Dim.of(keys));
    Optional<List<Dim>> shape = Optional.of(List.of(Dim.of("N"), Dim.of(keys)));
    return g.output(new ValueInfo("p", type, shape), separation.weights(g, z, 2)).model();
  }

  private static Tensor tensor(ElementType type, double[]... rows) {
    Tensor tensor = Tensor.allocate(type, rows.length, rows[0].length);
    Elements.Writer writer = Elements.writer(tensor);
    for (int i = 0; i < rows.length * rows[0].length; i++) {
      writer.put(i, rows[i / rows[0].length][i % rows[0].length]);
    }
    return tensor;
  }

  private static double[] doubles(Tensor tensor) {
    double[] values = new double[tensor.elementCount()];
    if (tensor.type() == ElementType.FLOAT) {
      float[] floats = tensor.toFloats();
      Arrays.setAll(values, i -> floats[i]);
    } else {
      tensor.data().asDoubleBuffer().get(values);
    }
    return values;
  }

  private static double[] run(Separation separation, ElementType type, double[]... rows) {
    OnnxModel model = graph(separation, type, rows[0].length);
    try (ModelRunner runner = ModelRunner.open(model, RunnerOptions.DEFAULT)) {
      return doubles(runner.run(Map.of("z", tensor(type, rows)), Set.of("p")).get("p"));
    }
  }

  /**
   * Each is told by conditions that one vector alone meets. Softmax and Softmax1: odds are
   * exponentials of differences, and of similarities to what is left. Sparse ones (the
   * Karush-Kuhn-Tucker conditions): one threshold below all that take part and no other.
   */
  private static void requireExact(Separation separation, double[] z, double[] p, double rounding) {
    String place = separation + " of " + Arrays.toString(z) + " is " + Arrays.toString(p);
    double sum = Arrays.stream(p).sum();
    double top = Arrays.stream(z).max().orElseThrow();
    assertThat(Arrays.stream(p).min().orElseThrow()).as(place).isGreaterThanOrEqualTo(0);
    if (separation == Separation.SOFTMAX || separation == Separation.SOFTMAX1) {
      boolean isOpen = separation == Separation.SOFTMAX1;
      double shift = isOpen ? Math.max(0, top) : top;
      double all = isOpen ? Math.exp(-shift) : 0;
      for (double each : z) {
        all += Math.exp(each - shift);
      }
      for (int i = 0; i < z.length; i++) {
        assertThat(p[i]).as(place).isCloseTo(Math.exp(z[i] - shift) / all, within(rounding));
      }
      return;
    }
    assertThat(sum).as(place).isCloseTo(1, within(rounding * KEYS));
    double threshold = Double.NaN;
    for (int i = 0; i < z.length; i++) {
      if (p[i] > 0 && Double.isNaN(threshold)) {
        threshold = over(separation, z[i] - top, p[i]);
      }
    }
    for (int i = 0; i < z.length; i++) {
      double free = over(separation, z[i] - top, 0);
      double expected = Math.max(0, free - threshold);
      expected = separation == Separation.ENTMAX15 ? expected * expected : expected;
      assertThat(p[i]).as(place).isCloseTo(expected, within(3 * rounding));
    }
  }

  private static double over(Separation separation, double z, double p) {
    return separation == Separation.SPARSEMAX ? z - p : z / 2 - Math.sqrt(p);
  }

  @ParameterizedTest
  @EnumSource(Separation.class)
  void weightsMeetWhatDefinesThem(Separation separation) {
    double[][] rows = rows();
    for (ElementType type : List.of(ElementType.DOUBLE, ElementType.FLOAT)) {
      boolean isFloat = type == ElementType.FLOAT;
      double[] found = run(separation, type, rows);
      for (int r = 0; r < rows.length; r++) {
        double[] z = isFloat ? Arrays.stream(rows[r]).map(x -> (float) x).toArray() : rows[r];
        double[] p = Arrays.copyOfRange(found, r * KEYS, (r + 1) * KEYS);
        requireExact(separation, z, p, isFloat ? FLOAT : DOUBLE);
        double[] inJava = z.clone();
        separation.weights(inJava);
        requireExact(separation, z, inJava, DOUBLE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Separation.class)
  void oneKeyTakesAllButFromSoftmax1(Separation separation) {
    double[] found =
        run(separation, ElementType.DOUBLE, new double[] {-3}, new double[] {0}, new double[] {5});
    if (separation == Separation.SOFTMAX1) {
      for (int i = 0; i < 3; i++) {
        double z = new double[] {-3, 0, 5}[i];
        assertThat(found[i]).isCloseTo(1 / (1 + Math.exp(-z)), within(DOUBLE));
      }
    } else {
      assertThat(found).containsOnly(1.0);
    }
  }

  /** Where all is masked there is nothing to retrieve; softmax alone has no answer. */
  @ParameterizedTest
  @EnumSource(value = Separation.class, mode = EnumSource.Mode.EXCLUDE, names = "SOFTMAX")
  void nothingIsWeighedWhereAllIsMasked(Separation separation) {
    double[] masked = new double[KEYS];
    Arrays.fill(masked, -INFINITY);
    assertThat(run(separation, ElementType.DOUBLE, masked)).containsOnly(0.0);
  }

  /**
   * Below -5000 lie the masks of attentions, so sparse ones take a row of -1e4 for a masked one.
   */
  @ParameterizedTest
  @EnumSource(Separation.class)
  void similaritiesWhereMasksLieAreMasked(Separation separation) {
    double[] found = run(separation, ElementType.DOUBLE, new double[] {-1e4, -1e4, -1e4, -1e4});
    assertThat(found).containsOnly(separation == Separation.SOFTMAX ? 0.25 : 0.0);
  }

  /**
   * The gradient of {@code c.p}: of both soft ones {@code p (c - c.p)}, of sparsemax {@code c} less
   * its mean over what takes part (arXiv 1602.02068, (14)), of entmax15 the same with {@code
   * sqrt(p)} as weights (arXiv 1905.05702, proposition 2).
   */
  @ParameterizedTest
  @EnumSource(Separation.class)
  void gradientsAreTheClosedForms(Separation separation) {
    GraphBuilder g = GraphBuilder.on(graph(separation, ElementType.DOUBLE, KEYS));
    Value c = g.input("c", ElementType.DOUBLE, Dim.of(KEYS));
    Value loss = g.node("ReduceSum", g.value("p").times(c)).with("keepdims", 0).value();
    OnnxModel model =
        g.output(new ValueInfo("loss", ElementType.DOUBLE, Optional.of(List.of())), loss).model();
    Differentiated backward =
        Gradients.of(model, "loss", Set.of("z"), InferredShapes.of(model, RunnerOptions.DEFAULT));
    String gradient = backward.gradients().get("z");
    double[][] rows = Arrays.copyOf(rows(), 400);
    double[] mixture = new Random(4).doubles(KEYS, -1, 1).toArray();
    Tensor mixed = Tensor.allocate(ElementType.DOUBLE, KEYS);
    for (int i = 0; i < KEYS; i++) {
      Elements.writer(mixed).put(i, mixture[i]);
    }
    try (ModelRunner runner = ModelRunner.open(backward.exposed(), RunnerOptions.DEFAULT)) {
      Map<String, Tensor> found =
          runner.run(Map.of("z", tensor(ElementType.DOUBLE, rows), "c", mixed), Set.of(gradient));
      double[] all = doubles(found.get(gradient));
      for (int r = 0; r < rows.length; r++) {
        double[] wanted = closedForm(separation, rows[r], mixture);
        for (int i = 0; i < KEYS; i++) {
          assertThat(all[r * KEYS + i])
              .as("%s of %s", separation, Arrays.toString(rows[r]))
              .isCloseTo(wanted[i], within(1e-11));
        }
      }
    }
  }

  private static double[] closedForm(Separation separation, double[] z, double[] c) {
    double[] weights = z.clone();
    separation.weights(weights);
    boolean isSoft = separation == Separation.SOFTMAX || separation == Separation.SOFTMAX1;
    if (!isSoft) {
      Arrays.setAll(
          weights,
          i ->
              separation == Separation.SPARSEMAX ? Math.signum(weights[i]) : Math.sqrt(weights[i]));
    }
    double total = isSoft ? 1 : Arrays.stream(weights).sum();
    double mean = 0;
    for (int i = 0; i < z.length; i++) {
      mean += weights[i] * c[i] / total;
    }
    double[] gradient = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      gradient[i] = weights[i] * (c[i] - mean);
    }
    return gradient;
  }
}
