package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs that were built compute their formulas: ONNX Runtime against doubles. */
class BuiltGraphTest {
  private static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.NONE);
  private static final float[] X = {-1.5f, 0.25f, 2, 0.5f, -0.75f, 3};

  private static GraphBuilder opset(long opset) {
    return GraphBuilder.on(OnnxModel.blank(opset));
  }

  private static Value input(GraphBuilder g) {
    return g.input("x", ElementType.FLOAT, Dim.of("rows"), Dim.of(3));
  }

  /** Feeds {@link #X} as [2, 3]; each output as doubles. */
  private static double[] run(GraphBuilder g, String output) {
    return run(g.model(), Map.of("x", Tensor.ofFloats(X, 2, 3)), output);
  }

  private static double[] run(OnnxModel model, Map<String, Tensor> feeds, String output) {
    try (ModelRunner runner = ModelRunner.open(model, CPU)) {
      Tensor result = runner.run(feeds, Set.of(output)).get(output);
      float[] floats = result.toFloats();
      double[] doubles = new double[floats.length];
      for (int i = 0; i < floats.length; i++) {
        doubles[i] = floats[i];
      }
      return doubles;
    }
  }

  /** Each number is rounded a few times at a relative 2^-24. */
  private static void near(double[] found, double... expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-6 * (1 + Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 10, 11, 12, 13, 15, 17, 18, 20, 22, 23})
  void aFormulaIsTheSameInEveryOpset(long opset) {
    GraphBuilder g = opset(opset);
    Value x = input(g);
    Value centred = x.minus(x.mean(1));
    Value normal = centred.over(centred.times(centred).mean(1).plus(1e-5).sqrt());
    Value bounded = normal.clip(-1, 1).unsqueeze(0).squeeze(0).slice(1, 1, 3);
    Value total = bounded.sum(1).plus(x.max(1)).times(bounded.exp().sum(1).log());
    near(run(g.output("y", total), "y"), rowTotal(0), rowTotal(1));
  }

  private static double rowTotal(int row) {
    double mean = 0;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < 3; i++) {
      mean += X[3 * row + i] / 3.0;
      max = Math.max(max, X[3 * row + i]);
    }
    double variance = 0;
    for (int i = 0; i < 3; i++) {
      variance += Math.pow(X[3 * row + i] - mean, 2) / 3;
    }
    double sum = 0;
    double exponentials = 0;
    for (int i = 1; i < 3; i++) {
      double normal = (X[3 * row + i] - mean) / Math.sqrt(variance + 1e-5);
      double bounded = Math.min(1, Math.max(-1, normal));
      sum += bounded;
      exponentials += Math.exp(bounded);
    }
    return (sum + max) * Math.log(exponentials);
  }

  @Test
  void aLayerOfWeightsIsItsProduct() {
    GraphBuilder g = opset(17);
    Value w = g.constant(ConstantTensor.ofFloats("w", List.of(3L, 2L), 1, -2, 3, 0.5f, -1, 2));
    Value b = g.constant(ConstantTensor.ofFloats("b", List.of(2L), 0.5f, -0.5f));
    g.output("y", input(g).matMul(w).plus(b).relu());
    double[] expected = new double[4];
    double[][] weights = {{1, -2}, {3, 0.5}, {-1, 2}};
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 2; column++) {
        double sum = column == 0 ? 0.5 : -0.5;
        for (int i = 0; i < 3; i++) {
          sum += X[3 * row + i] * weights[i][column];
        }
        expected[2 * row + column] = Math.max(0, sum);
      }
    }
    near(run(g, "y"), expected);
  }

  @Test
  void namedSizesMayDifferFromRunToRun() {
    GraphBuilder g = opset(17);
    OnnxModel model = g.output("y", input(g).times(2)).model();
    for (int rows = 1; rows <= 3; rows++) {
      float[] values = new float[3 * rows];
      Arrays.fill(values, rows);
      assertThat(run(model, Map.of("x", Tensor.ofFloats(values, rows, 3)), "y"))
          .hasSize(3 * rows)
          .containsOnly(2.0 * rows);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "FLOAT",
        "DOUBLE",
        "FLOAT16",
        "BFLOAT16",
        "INT64",
        "INT32",
        "INT16",
        "INT8",
        "UINT8",
        "UINT16",
        "UINT32",
        "UINT64",
        "INT4",
        "UINT4",
        "BOOL"
      })
  void constantsOfEveryTypeHoldTheirValues(ElementType type) {
    GraphBuilder g = opset(21);
    boolean isOneBit = type == ElementType.BOOL;
    double last = isOneBit ? 0 : type.name().startsWith("U") ? 7 : -7;
    ConstantTensor stored =
        type.isFloat()
            ? ConstantTensor.ofReals("k", type, List.of(3L), 1, 0, last)
            : ConstantTensor.ofIntegers("k", type, List.of(3L), 1, 0, (long) last);
    Value k = g.constant(stored);
    g.output("y", input(g).plus(k.cast(ElementType.FLOAT)));
    near(run(g, "y"), X[0] + 1, X[1], X[2] + last, X[3] + 1, X[4], X[5] + last);
  }

  @Test
  void textsAreConstantsToo() {
    GraphBuilder g = opset(19);
    Value words = g.constant(ConstantTensor.ofStrings("words", List.of(3L), "ja", "nein", "ja"));
    Value isYes = words.op("Equal", g.constant(ConstantTensor.ofStrings("", List.of(), "ja")));
    g.output("y", input(g).times(isYes.cast(ElementType.FLOAT)));
    near(run(g, "y"), X[0], 0, X[2], X[3], 0, X[5]);
  }

  @Test
  void attributesOfEveryKindArrive() {
    GraphBuilder g = opset(20);
    Value x = input(g);
    Value leaky = g.node("LeakyRelu", x).with("alpha", 0.5f).value();
    Value gelu = g.node("Gelu", x).with("approximate", "tanh").value();
    Value turned = g.node("Transpose", x).with("perm", new long[] {1, 0}).value();
    Value soft = turned.softmax(0).transpose(1, 0);
    Value steps = g.node("Constant").with("value_floats", new float[] {1, 2, 3}).value();
    Value zeros =
        g.node("ConstantOfShape", x.shape())
            .with("value", ConstantTensor.ofFloats("", List.of(1L), 4))
            .value();
    Value word = g.node("Constant").with("value_strings", new String[] {"a", "b", "a"}).value();
    Value isA = word.op("Equal", g.constant(ConstantTensor.ofStrings("", List.of(), "a")));
    g.output("leaky", leaky).output("gelu", gelu).output("soft", soft);
    g.output("rest", steps.of(ElementType.FLOAT).plus(zeros).times(isA.cast(ElementType.FLOAT)));
    double[] expected = new double[6];
    double[] curve = new double[6];
    double[] shares = new double[6];
    for (int i = 0; i < 6; i++) {
      double v = X[i];
      expected[i] = v < 0 ? v / 2 : v;
      curve[i] = v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
      int row = i / 3 * 3;
      double sum = Math.exp(X[row]) + Math.exp(X[row + 1]) + Math.exp(X[row + 2]);
      shares[i] = Math.exp(v) / sum;
    }
    near(run(g, "leaky"), expected);
    near(run(g, "gelu"), curve);
    near(run(g, "soft"), shares);
    near(run(g, "rest"), 5, 0, 7, 5, 0, 7);
  }

  @Test
  void nodesGiveSeveralValuesAndOptionalInputsAreLeftOut() {
    GraphBuilder g = opset(17);
    Value x = input(g);
    List<Value> top = g.node("TopK", x, g.longs(2)).with("axis", 1).values(2);
    Value capped = x.op("Clip", g.none(), g.scalar(ElementType.FLOAT, 0.5));
    g.output("top", top.get(0)).output("at", top.get(1).cast(ElementType.FLOAT));
    g.output("capped", capped);
    near(run(g, "top"), 2, 0.25, 3, 0.5);
    near(run(g, "at"), 2, 1, 2, 0);
    near(run(g, "capped"), -1.5, 0.25, 0.5, 0.5, -0.75, 0.5);
  }

  @Test
  void branchesCaptureAndAreChosen() {
    GraphBuilder g = opset(17);
    Value x = input(g);
    Value twice = x.times(2).as("twice");
    Value isPositive = x.op("ReduceSum").reshape().op("Greater", g.scalar(ElementType.FLOAT, 0));
    Value y =
        g.choose(isPositive, () -> List.of(twice.plus(x)), () -> List.of(twice.negative())).get(0);
    OnnxModel model = g.output("y", y).output("passed", twice).model();
    near(run(model, Map.of("x", Tensor.ofFloats(new float[] {1, 2, 3}, 1, 3)), "y"), 3, 6, 9);
    near(run(model, Map.of("x", Tensor.ofFloats(new float[] {-1, -2, 1}, 1, 3)), "y"), 2, 4, -2);
  }

  @Test
  void aLoopRepeatsItsStep() {
    GraphBuilder g = opset(17);
    Value x = input(g);
    List<Value> ends =
        g.loop(
            g.scalar(ElementType.INT64, 4),
            List.of(x),
            (step, state) -> {
              Value next = state.get(0).times(0.5).plus(x).plus(step.cast(ElementType.FLOAT));
              return List.of(next, next.sum(1));
            });
    g.output("last", ends.get(0)).output("sums", ends.get(1));
    double[] last = new double[6];
    double[] sums = new double[8];
    for (int i = 0; i < 6; i++) {
      last[i] = X[i];
      for (int step = 0; step < 4; step++) {
        last[i] = last[i] / 2 + X[i] + step;
        sums[2 * step + i / 3] += last[i];
      }
    }
    near(run(g, "last"), last);
    near(run(g, "sums"), sums);
  }

  @Test
  void aScanRunsAlongItsSequence() {
    GraphBuilder g = opset(17);
    Value x = input(g);
    Value none = g.constant(ConstantTensor.ofFloats("none", List.of(3L), 0, 0, 0));
    List<Value> ends =
        g.scan(
            List.of(none),
            List.of(x),
            (state, row) -> {
              Value sum = state.get(0).plus(row.get(0));
              return List.of(sum, sum);
            });
    g.output("total", ends.get(0)).output("running", ends.get(1));
    near(run(g, "total"), X[0] + X[3], X[1] + X[4], X[2] + X[5]);
    near(run(g, "running"), X[0], X[1], X[2], X[0] + X[3], X[1] + X[4], X[2] + X[5]);
  }

  @Test
  void aBodyInsideABodySeesBoth() {
    GraphBuilder g = opset(17);
    Value x = input(g);
    List<Value> ends =
        g.loop(
            g.scalar(ElementType.INT64, 3),
            List.of(x),
            (step, state) -> {
              Value isFirst = step.op("Equal", g.scalar(ElementType.INT64, 0));
              return g.choose(
                  isFirst, () -> state, () -> List.of(state.get(0).plus(x).as("grown")));
            });
    g.output("y", ends.get(0));
    near(run(g, "y"), 3 * X[0], 3 * X[1], 3 * X[2], 3 * X[3], 3 * X[4], 3 * X[5]);
  }

  @Test
  void aFunctionIsAnOperator(@TempDir Path folder) {
    GraphBuilder g = opset(17);
    g.function(
        "local",
        "Softmax1",
        List.of("z"),
        z -> {
          Value exp = z.get(0).of(ElementType.FLOAT).exp();
          return List.of(exp.over(exp.sum(-1).plus(1)));
        });
    Value once = g.node("Softmax1", input(g)).from("local").value();
    g.output("y", g.node("Softmax1", once).from("local").value());
    Path file = folder.resolve("function.onnx");
    g.model().save(file);
    List<Double> expected = new ArrayList<>();
    for (int row = 0; row < 2; row++) {
      softmax1(softmax1(new double[] {X[3 * row], X[3 * row + 1], X[3 * row + 2]}))
          .forEach(expected::add);
    }
    near(
        run(OnnxModel.load(file), Map.of("x", Tensor.ofFloats(X, 2, 3)), "y"),
        expected.stream().mapToDouble(v -> v).toArray());
  }

  private static List<Double> softmax1(List<Double> z) {
    return softmax1(z.stream().mapToDouble(v -> v).toArray());
  }

  private static List<Double> softmax1(double[] z) {
    double sum = 1;
    for (double v : z) {
      sum += Math.exp(v);
    }
    List<Double> shares = new ArrayList<>();
    for (double v : z) {
      shares.add(Math.exp(v) / sum);
    }
    return shares;
  }

  @Test
  void operatorsOfOtherDomainsAreImported() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17, Map.of("com.microsoft", 1L)));
    Value x = input(g);
    g.output("y", g.node("QuickGelu", x).from("com.microsoft").with("alpha", 1.702f).value());
    double[] expected = new double[6];
    for (int i = 0; i < 6; i++) {
      expected[i] = X[i] / (1 + Math.exp(-1.702f * X[i]));
    }
    near(run(g, "y"), expected);
  }
}
