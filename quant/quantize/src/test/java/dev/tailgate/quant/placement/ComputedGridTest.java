package dev.tailgate.quant.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.IdentityModel;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.qdq.FakeQuant;
import dev.tailgate.quant.scheme.Granularity;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.Minifloat;
import dev.tailgate.quant.scheme.MinifloatVectors;
import dev.tailgate.quant.scheme.TensorScheme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Grids that nodes compute in every run, against the formulas in float32. */
class ComputedGridTest {
  private static final int ROWS = 40;
  private static final int COLUMNS = 33;

  /** Rows of both signs, of one sign, of zeros, and with an outlier. */
  private static float[] values() {
    Random random = new Random(5);
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      float x = (float) random.nextGaussian();
      switch (i / COLUMNS % 5) {
        case 0 -> values[i] = x;
        case 1 -> values[i] = Math.abs(x);
        case 2 -> values[i] = -Math.abs(x);
        case 3 -> values[i] = 0;
        default -> values[i] = i % COLUMNS == 3 ? 1000 * x : x;
      }
    }
    return values;
  }

  private static List<TensorScheme> schemes(Granularity granularity) {
    List<TensorScheme> schemes = new ArrayList<>();
    for (int bits = 2; bits <= 16; bits++) {
      for (String sign : List.of("int", "uint")) {
        schemes.add(TensorScheme.parse(sign + bits + ":sym").with(granularity));
        schemes.add(TensorScheme.parse(sign + bits + ":asym").with(granularity));
      }
    }
    for (Minifloat format : Minifloat.ALL) {
      schemes.add(TensorScheme.parse(format.label()).with(granularity));
    }
    return schemes;
  }

  private static float expected(float x, float low, float high, TensorScheme scheme) {
    float top = Math.max(Math.abs(Math.min(low, 0)), Math.abs(Math.max(high, 0)));
    if (!(scheme.format() instanceof IntegerFormat format)) {
      MinifloatVectors table = MinifloatVectors.of(scheme.format().label());
      float scale = Math.max(top / (float) table.largest(), Float.MIN_NORMAL);
      return (float) table.nearest(x / scale) * scale;
    }
    float scale;
    int zero;
    float levels = format.qmax() - format.qmin();
    if (scheme.symmetric() && format.signed()) {
      scale = Math.max(top / format.qmax(), Float.MIN_NORMAL);
      zero = 0;
    } else if (scheme.symmetric()) {
      top = Math.max(top, 1e-8f);
      scale = (low < 0 ? 2 * top : top) / levels;
      zero = low < 0 ? 1 << (format.bits() - 1) : 0;
    } else {
      float from = Math.min(low, 0);
      scale = (Math.max(high, 1e-8f) - from) / levels;
      double rounded = Math.rint(format.qmin() - from / scale);
      zero = (int) Math.max(format.qmin(), Math.min(format.qmax(), rounded));
    }
    double q = Math.rint(x / scale) + zero;
    q = Math.max(format.qmin(), Math.min(format.qmax(), q));
    return (float) (q - zero) * scale;
  }

  private static void compare(
      OnnxModel model, Map<String, TensorScheme> schemes, float[] low, float[] high) {
    float[] x = values();
    try (ModelRunner runner =
        ModelRunner.open(model, ReferenceModel.CPU.with(RunnerOptions.Optimization.FLOAT_ONLY))) {
      Map<String, Tensor> found =
          runner.run(Map.of("x", Tensor.ofFloats(x, ROWS, COLUMNS)), Set.copyOf(schemes.keySet()));
      schemes.forEach(
          (output, scheme) -> {
            float[] rounded = found.get(output).toFloats();
            for (int i = 0; i < x.length; i++) {
              int row = i / COLUMNS;
              assertThat(rounded[i] + 0f)
                  .as("%s, row %d, x %s", scheme.label(), row, x[i])
                  .isEqualTo(expected(x[i], low[row], high[row], scheme) + 0f);
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 10, 11, 13, 17, 21})
  void eachRowHasTheGridOfItsOwnRange(long opset) {
    float[] x = values();
    float[] low = new float[ROWS];
    float[] high = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      low[row] = Float.POSITIVE_INFINITY;
      high[row] = Float.NEGATIVE_INFINITY;
      for (int i = row * COLUMNS; i < (row + 1) * COLUMNS; i++) {
        low[row] = Math.min(low[row], x[i]);
        high[row] = Math.max(high[row], x[i]);
      }
    }
    OnnxModel model = IdentityModel.of(opset);
    GraphEdit edit = model.edit();
    FakeQuant nodes = new FakeQuant(model, new Ops(model, edit, "ComputedGridTest"));
    Map<String, TensorScheme> outputs = new LinkedHashMap<>();
    for (TensorScheme scheme : schemes(new Granularity.PerToken())) {
      String output = nodes.apply("x", ElementType.FLOAT, 2, new Quantizer.PerToken(scheme));
      edit.addOutput(IdentityModel.output(output));
      outputs.put(output, scheme);
    }
    compare(edit.commit(), outputs, low, high);
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 10, 11, 13, 17, 21})
  void aRangeThatIsAValueOfTheGraphGivesTheGridOfThatRange(long opset) {
    for (float[] range : new float[][] {{-1.3f, 0.7f}, {0.2f, 1.9f}, {-2, -1}, {0, 0}}) {
      OnnxModel model = IdentityModel.of(opset);
      GraphEdit edit = model.edit();
      String from = edit.constant(ConstantTensor.ofFloats("low", List.of(1L), range[0]));
      String to = edit.constant(ConstantTensor.ofFloats("high", List.of(1L), range[1]));
      FakeQuant nodes = new FakeQuant(model, new Ops(model, edit, "ComputedGridTest"));
      Map<String, TensorScheme> outputs = new LinkedHashMap<>();
      for (TensorScheme scheme : schemes(new Granularity.PerTensor())) {
        String output = nodes.within("x", ElementType.FLOAT, from, to, scheme);
        edit.addOutput(IdentityModel.output(output));
        outputs.put(output, scheme);
      }
      float[] low = new float[ROWS];
      float[] high = new float[ROWS];
      java.util.Arrays.fill(low, range[0]);
      java.util.Arrays.fill(high, range[1]);
      compare(edit.commit(), outputs, low, high);
    }
  }
}
