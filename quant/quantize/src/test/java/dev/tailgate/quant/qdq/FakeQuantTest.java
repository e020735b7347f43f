package dev.tailgate.quant.qdq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.IdentityModel;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.Minifloat;
import dev.tailgate.quant.scheme.MinifloatVectors;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The nodes against {@link QuantParams#fakeQuant} and the tables of all small floats. */
class FakeQuantTest {
  private static final int ROWS = 22;
  private static final int COLUMNS = 50;
  private static final float[] SCALES = {0.25f, 0.1f, 0.0173f, 1e-6f, 3f};

  private static final List<ScaleLayout> LAYOUTS =
      List.of(
          new ScaleLayout.Whole(),
          new ScaleLayout.Axis(0),
          new ScaleLayout.Axis(1),
          new ScaleLayout.Blocks(0, 4, ROWS, List.of(6L, (long) COLUMNS)),
          new ScaleLayout.Blocks(1, 8, COLUMNS, List.of((long) ROWS, 7L)));

  /** Multiples of an eighth are ties of the scale 0.25; then zeros and values beyond all grids. */
  private static float[] values() {
    Random random = new Random(3);
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      switch (i % 6) {
        case 0, 1 -> values[i] = (random.nextInt(1200) - 600) / 8f;
        case 2 -> values[i] = (float) random.nextGaussian();
        case 3 -> values[i] = (float) (1e5 * random.nextGaussian());
        case 4 -> values[i] = random.nextInt(4) == 0 ? 0f : -random.nextFloat();
        default -> values[i] = (float) Math.scalb(random.nextGaussian(), random.nextInt(60) - 40);
      }
    }
    values[7] = Float.POSITIVE_INFINITY;
    values[8] = Float.NEGATIVE_INFINITY;
    values[9] = -0f;
    return values;
  }

  private static int scaleOf(ScaleLayout layout, int row, int column) {
    if (layout instanceof ScaleLayout.Axis axis) {
      return axis.axis() == 0 ? row : column;
    }
    if (layout instanceof ScaleLayout.Blocks blocks) {
      return blocks.axis() == 0
          ? row / blocks.size() * COLUMNS + column
          : row * ((COLUMNS + blocks.size() - 1) / blocks.size()) + column / blocks.size();
    }
    return 0;
  }

  private static int count(ScaleLayout layout) {
    return 1 + scaleOf(layout, ROWS - 1, COLUMNS - 1);
  }

  private static QuantParams params(
      NumberFormat format, boolean symmetric, ScaleLayout layout, Random random) {
    float[] scales = new float[count(layout)];
    int[] zeroPoints = new int[scales.length];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = SCALES[scales.length == 1 ? random.nextInt(2) : i % SCALES.length];
      if (!symmetric) {
        zeroPoints[i] = (int) format.lowest() + random.nextInt(1 << format.bits());
      }
    }
    return QuantParams.of(format, layout, scales, zeroPoints);
  }

  private static Map<String, float[]> run(
      OnnxModel model, RunnerOptions.Optimization level, Iterable<String> outputs) {
    Map<String, float[]> found = new LinkedHashMap<>();
    Map<String, Tensor> feeds = Map.of("x", Tensor.ofFloats(values(), ROWS, COLUMNS));
    try (ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU.with(level))) {
      List<String> names = new ArrayList<>();
      outputs.forEach(names::add);
      runner
          .run(feeds, new java.util.LinkedHashSet<>(names))
          .forEach((name, tensor) -> found.put(name, tensor.toFloats()));
    }
    return found;
  }

  private interface Expected {
    float of(float x, QuantParams params, int scale);
  }

  /** Builds one model with all of {@code params} and compares what each gives. */
  private static void check(long opset, List<QuantParams> params, Expected expected) {
    OnnxModel model = IdentityModel.of(opset);
    GraphEdit edit = model.edit();
    FakeQuant nodes = new FakeQuant(model, new Ops(model, edit, "FakeQuantTest"));
    Map<String, QuantParams> byOutput = new LinkedHashMap<>();
    for (QuantParams one : params) {
      String output = nodes.apply("x", ElementType.FLOAT, 2, new Quantizer.Fixed(one));
      edit.addOutput(IdentityModel.output(output));
      byOutput.put(output, one);
    }
    OnnxModel made = edit.commit();
    float[] x = values();
    for (RunnerOptions.Optimization level :
        List.of(RunnerOptions.Optimization.NONE, RunnerOptions.Optimization.FLOAT_ONLY)) {
      run(made, level, byOutput.keySet())
          .forEach(
              (output, found) -> {
                QuantParams one = byOutput.get(output);
                for (int i = 0; i < x.length; i++) {
                  int scale = scaleOf(one.layout(), i / COLUMNS, i % COLUMNS);
                  // Adding 0 takes the sign off zeros: a float node keeps it, an integer has none.
                  float wanted = expected.of(x[i], one, scale) + 0f;
                  // Words are made for what differs only: there are millions of values.
                  if (Float.compare(found[i] + 0f, wanted) != 0) {
                    assertThat(found[i] + 0f)
                        .as("opset %d, %s %s, x %s", opset, one, one.layout(), x[i])
                        .isEqualTo(wanted);
                  }
                }
              });
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 10, 11, 13, 17, 21})
  void integersOfEveryWidthAreRoundedBitForBit(long opset) {
    Random random = new Random(opset);
    List<QuantParams> all = new ArrayList<>();
    for (ScaleLayout layout : LAYOUTS) {
      for (int bits = 2; bits <= 16; bits++) {
        for (boolean signed : new boolean[] {true, false}) {
          all.add(params(new IntegerFormat(bits, signed), true, layout, random));
          all.add(params(new IntegerFormat(bits, signed), false, layout, random));
        }
      }
    }
    check(opset, all, (x, params, scale) -> params.fakeQuant(x, scale));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 13, 21})
  void nodesGiveWhatMlDtypesGives(long opset) {
    for (Minifloat format : Minifloat.ALL) {
      List<MinifloatVectors.Cast> casts = MinifloatVectors.of(format.label()).casts();
      float[] values = new float[casts.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = casts.get(i).value();
      }
      GraphEdit edit = IdentityModel.of(opset).edit();
      Ops ops = new Ops(IdentityModel.of(opset), edit, "FakeQuantTest");
      String output = format.nearest(ops, "x");
      edit.addOutput(IdentityModel.output(output));
      Tensor x = Tensor.ofFloats(values, values.length);
      float[] found =
          IdentityModel.run(edit.commit(), x, output, RunnerOptions.Optimization.FLOAT_ONLY)
              .toFloats();
      for (int i = 0; i < values.length; i++) {
        // Compared as objects, which tells -0 from 0 and knows NaN.
        assertThat(found[i])
            .as("opset %d, %s, x %s", opset, format.label(), values[i])
            .isEqualTo(Float.valueOf((float) format.round(values[i], 0)));
      }
    }
  }

  private static double nearest(NumberFormat format, float x) {
    return MinifloatVectors.of(format.label()).nearest(x);
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 10, 11, 13, 17, 21})
  void floatsAreTheNearestOfAllThereAre(long opset) {
    Random random = new Random(opset);
    List<QuantParams> all = new ArrayList<>();
    for (ScaleLayout layout : LAYOUTS) {
      Minifloat.ALL.forEach(format -> all.add(params(format, true, layout, random)));
    }
    check(
        opset,
        all,
        (x, params, scale) ->
            (float) nearest(params.format(), x / params.scale(scale)) * params.scale(scale));
  }
}
