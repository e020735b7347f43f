package dev.tailgate.quant.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.IdentityModel;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.WeightAxes;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against sums in doubles over one candidate and one value at a time. */
class WeightMseSearchTest {
  // Sums are float32: up to some thousand additions, each off by 2^-24 at most.
  private static final double EQUAL = 1e-4;

  private static float[] heavyTailed(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.pow(random.nextGaussian(), 3);
    }
    return values;
  }

  private static QuantParams search(
      float[] values, List<Long> dims, TensorScheme scheme, WeightRange range) {
    GraphEdit edit = IdentityModel.of(17).edit();
    String name = edit.constant(ConstantTensor.ofFloats("w", dims, values));
    OnnxModel model = edit.commit();
    WeightAxes axes = new WeightAxes(OptionalInt.of(1), OptionalInt.of(0));
    QuantPoint.Weight weight =
        new QuantPoint.Weight(name, "MatMul", 0, ElementType.FLOAT, dims, axes, List.of());
    return WeightGrids.of(model, List.of(weight), scheme, range).grids().get(weight);
  }

  /** The values under each scale of a {@code [rows, columns]} weight. */
  private static Map<Integer, List<Float>> groups(float[] values, int columns, ScaleLayout layout) {
    Map<Integer, List<Float>> groups = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      int group = 0;
      if (layout instanceof ScaleLayout.Axis) {
        group = i % columns;
      } else if (layout instanceof ScaleLayout.Blocks blocks) {
        group = i / columns / blocks.size() * columns + i % columns;
      }
      groups.computeIfAbsent(group, k -> new ArrayList<>()).add(values[i]);
    }
    return groups;
  }

  private static double error(List<Float> values, QuantParams grid, int scale) {
    double sum = 0;
    for (float value : values) {
      double error = (double) grid.fakeQuant(value, scale) - value;
      sum += error * error;
    }
    return sum;
  }

  private static double least(List<Float> values, TensorScheme scheme, WeightRange.Mse search) {
    double low = values.stream().mapToDouble(v -> v).min().orElseThrow();
    double high = values.stream().mapToDouble(v -> v).max().orElseThrow();
    double largest = Math.max(Math.abs(low), Math.abs(high));
    double least = Double.POSITIVE_INFINITY;
    for (int i = 1; i <= search.candidates(); i++) {
      double top = (largest + search.margin()) * i / search.candidates();
      Range range;
      if (scheme.symmetric()) {
        range = new Range(low < 0 ? -top : 0, top);
      } else {
        double share = top / largest;
        range = new Range(Math.min(0, low) * share, Math.max(0, high) * share);
      }
      least = Math.min(least, error(values, GridRule.grid(scheme, range).perTensor(), 0));
    }
    return least;
  }

  @ParameterizedTest
  @CsvSource({
    "int8, 0",
    "int8, 0.5",
    "int4, 0",
    "int16, 0",
    "uint8:asym, 0",
    "uint4:asym, 0.5",
    "uint16:asym, 0",
    "uint8:sym, 0",
    "int8:asym, 0",
    "int2, 0",
    "fp8-e4m3, 0",
    "int8:channel, 0",
    "int4:channel, 0.5",
    "uint8:asym:channel, 0",
    "fp8-e4m3:channel, 0.5",
    "int4:block=32, 0",
    "uint4:asym:block=32, 0",
    "int8:block=7, 0",
    "fp8-e4m3:block=32, 0"
  })
  void noCandidateIsBetterThanTheOneChosen(String label, double margin) {
    TensorScheme scheme = TensorScheme.parse(label);
    WeightRange.Mse search = new WeightRange.Mse(100, margin);
    int columns = 90;
    float[] values = heavyTailed(columns * 100, 3);
    QuantParams found = search(values, List.of(100L, (long) columns), scheme, search);
    groups(values, columns, found.layout())
        .forEach(
            (group, members) ->
                assertThat(error(members, found, group))
                    .as("%s, scale %d", label, group)
                    .isLessThanOrEqualTo(least(members, scheme, search) * (1 + EQUAL)));
  }

  @Test
  void rowsInOnePieceAreSearchedLikeColumns() {
    // Longer and shorter rows than the lanes they are summed in, over more than one chunk.
    for (int columns : new int[] {37, 768, 1024, 5000}) {
      int rows = 70_000 / columns + 1;
      float[] values = heavyTailed(rows * columns, columns);
      float[] turned = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        turned[i % columns * rows + i / columns] = values[i];
      }
      WeightRange.Mse search = new WeightRange.Mse(20, 0);
      TensorScheme scheme = TensorScheme.parse("int6:channel");
      QuantParams byColumn = search(turned, List.of((long) columns, (long) rows), scheme, search);
      Map<Integer, List<Float>> groups = groups(turned, rows, byColumn.layout());
      GraphEdit edit = IdentityModel.of(17).edit();
      List<Long> dims = List.of((long) rows, (long) columns);
      String name = edit.constant(ConstantTensor.ofFloats("w", dims, values));
      WeightAxes axes = new WeightAxes(OptionalInt.of(0), OptionalInt.of(1));
      QuantPoint.Weight weight =
          new QuantPoint.Weight(name, "Gather", 0, ElementType.FLOAT, dims, axes, List.of());
      QuantParams byRow =
          WeightGrids.of(edit.commit(), List.of(weight), scheme, search).grids().get(weight);
      groups.forEach(
          (group, members) -> {
            double best = error(members, byColumn, group);
            assertThat(error(members, byRow, group))
                .isBetween(best * (1 - EQUAL), best * (1 + EQUAL));
          });
    }
  }

  @Test
  void powersOfTwoChangeNothingButTheScale() {
    // Squares of the errors of the first and last would be 0 and infinite in float32.
    float[] values = heavyTailed(4096, 9);
    TensorScheme scheme = TensorScheme.parse("int4");
    WeightRange search = new WeightRange.Mse(100, 0);
    float scale = search(values, List.of(4096L, 1L), scheme, search).scale(0);
    for (int exponent : new int[] {-90, -20, 20, 100}) {
      float[] scaled = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        scaled[i] = Math.scalb(values[i], exponent);
      }
      assertThat(search(scaled, List.of(4096L, 1L), scheme, search).scale(0))
          .isEqualTo(Math.scalb(scale, exponent));
    }
  }

  @Test
  void theSearchClipsATailThatMinMaxKeeps() {
    float[] values = heavyTailed(10_000, 5);
    TensorScheme scheme = TensorScheme.parse("int4");
    QuantParams mse = search(values, List.of(100L, 100L), scheme, new WeightRange.Mse(100, 0));
    QuantParams all = search(values, List.of(100L, 100L), scheme, new WeightRange.MinMax());
    assertThat(mse.scale(0)).isLessThan(0.8f * all.scale(0));
  }

  @Test
  void theResultIsTheSameEveryTime() {
    float[] values = heavyTailed(70_000, 11);
    TensorScheme scheme = TensorScheme.parse("int8:channel");
    WeightRange search = new WeightRange.Mse(100, 0);
    QuantParams first = search(values, List.of(700L, 100L), scheme, search);
    for (int i = 0; i < 3; i++) {
      assertThat(search(values, List.of(700L, 100L), scheme, search)).isEqualTo(first);
    }
  }
}
