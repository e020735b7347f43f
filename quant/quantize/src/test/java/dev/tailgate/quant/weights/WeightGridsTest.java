package dev.tailgate.quant.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.IdentityModel;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.WeightAxes;
import dev.tailgate.quant.scheme.Granularity;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import dev.tailgate.quant.scheme.TensorScheme;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightGridsTest {
  private static final WeightRange MINMAX = new WeightRange.MinMax();
  private static final WeightAxes MATMUL = axes(1, 0);

  private static WeightAxes axes(int channel, int sum) {
    return new WeightAxes(OptionalInt.of(channel), OptionalInt.of(sum));
  }

  private static WeightGrids grids(
      float[] values, List<Long> dims, WeightAxes axes, TensorScheme scheme, WeightRange range) {
    GraphEdit edit = IdentityModel.of(17).edit();
    String name = edit.constant(ConstantTensor.ofFloats("w", dims, values));
    OnnxModel model = edit.commit();
    QuantPoint.Weight weight =
        new QuantPoint.Weight(name, "MatMul", 0, ElementType.FLOAT, dims, axes, List.of());
    return WeightGrids.of(model, List.of(weight), scheme, range);
  }

  private static QuantParams only(WeightGrids grids) {
    assertThat(grids.grids()).hasSize(1);
    return grids.grids().values().iterator().next();
  }

  private static float[] normal(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void eachColumnOfAMatrixProductHasTheGridOfItsLargestValue() {
    float[] values = {1, -20, 300, -4, 5, -6};
    QuantParams grid =
        only(grids(values, List.of(2L, 3L), MATMUL, TensorScheme.parse("int8:channel"), MINMAX));
    assertThat(grid.layout()).isEqualTo(new ScaleLayout.Axis(1));
    assertThat(grid.scales()).containsExactly(4 / 127f, 20 / 127f, 300 / 127f);
    assertThat(grid.zeroPoints()).containsOnly(0);
  }

  @Test
  void channelsOfAMiddleAxisAreFoundAcrossChunks() {
    // 3 x 5 x 9000 values are more than two chunks.
    int inner = 9000;
    float[] values = normal(3 * 5 * inner, 1);
    QuantParams grid =
        only(
            grids(
                values,
                List.of(3L, 5L, (long) inner),
                axes(1, 2),
                TensorScheme.parse("int8:channel"),
                MINMAX));
    for (int channel = 0; channel < 5; channel++) {
      double top = 0;
      for (int o = 0; o < 3; o++) {
        for (int n = 0; n < inner; n++) {
          top = Math.max(top, Math.abs(values[(o * 5 + channel) * inner + n]));
        }
      }
      assertThat(grid.scale(channel)).isEqualTo((float) (top / 127));
    }
  }

  @Test
  void blocksLieAlongTheSummedAxisAndTheLastIsShorter() {
    float[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    TensorScheme scheme = TensorScheme.parse("int8:block=2");
    QuantParams columns = only(grids(values, List.of(5L, 2L), MATMUL, scheme, MINMAX));
    assertThat(columns.layout()).isEqualTo(new ScaleLayout.Blocks(0, 2, 5, List.of(3L, 2L)));
    assertThat(columns.scales())
        .containsExactly(3 / 127f, 4 / 127f, 7 / 127f, 8 / 127f, 9 / 127f, 10 / 127f);
    QuantParams rows = only(grids(values, List.of(2L, 5L), axes(0, 1), scheme, MINMAX));
    assertThat(rows.scales())
        .containsExactly(2 / 127f, 4 / 127f, 5 / 127f, 7 / 127f, 9 / 127f, 10 / 127f);
  }

  @Test
  void oneNegativeValueMakesAllChannelsSigned() {
    float[] values = {1, 2, 3, -4};
    TensorScheme papers = TensorScheme.papersWeights(8, new Granularity.PerChannel());
    QuantParams grid = only(grids(values, List.of(2L, 2L), MATMUL, papers, MINMAX));
    assertThat(grid.format()).isEqualTo(new IntegerFormat(8, true));
    assertThat(grid.scales()).containsExactly(3 / 127f, 4 / 127f);
    QuantParams positive =
        only(grids(new float[] {1, 2, 3, 4}, List.of(2L, 2L), MATMUL, papers, MINMAX));
    assertThat(positive.format()).isEqualTo(new IntegerFormat(8, false));
    assertThat(positive.scales()).containsExactly(3 / 255f, 4 / 255f);
  }

  @Test
  void anUnknownAxisGivesOneScaleAndSaysWhy() {
    for (String scheme : List.of("int8:channel", "int8:block=2")) {
      WeightGrids grids =
          grids(
              new float[] {1, 2, 3, 4},
              List.of(2L, 2L),
              WeightAxes.UNKNOWN,
              TensorScheme.parse(scheme),
              MINMAX);
      assertThat(only(grids).layout()).isEqualTo(new ScaleLayout.Whole());
      assertThat(grids.notes()).hasSize(1);
      assertThat(grids.notes().get(0).tensor()).contains("w");
      assertThat(grids.notes().get(0).text()).contains("one scale for the whole tensor: ");
    }
  }

  @Test
  void vectorsHaveOneScaleAndThatIsNothingToReport() {
    WeightGrids grids =
        grids(
            new float[] {1, 2, 3},
            List.of(3L),
            WeightAxes.UNKNOWN,
            TensorScheme.parse("int8:channel"),
            MINMAX);
    assertThat(only(grids).scales()).containsExactly(3 / 127f);
    assertThat(grids.notes()).isEmpty();
  }

  @Test
  void valuesThatAreNotFiniteAreCountedAndLeftOut() {
    float[] values = {1, Float.NaN, 3, Float.NEGATIVE_INFINITY, -2, 1};
    for (WeightRange range : List.of(MINMAX, new WeightRange.Mse(100, 0))) {
      WeightGrids grids =
          grids(values, List.of(3L, 2L), MATMUL, TensorScheme.parse("int8:channel"), range);
      assertThat(only(grids).scale(0)).isCloseTo(3 / 127f, within(0.2f / 127));
      assertThat(only(grids).scale(1)).isCloseTo(1 / 127f, within(0.1f / 127));
      assertThat(grids.notes()).hasSize(1);
      assertThat(grids.notes().get(0).text()).startsWith("2 values are NaN or infinite");
    }
  }

  @Test
  void aWeightWithoutAFiniteValueIsLeftFloat() {
    WeightGrids grids =
        grids(
            new float[] {Float.NaN, Float.NaN},
            List.of(2L, 1L),
            MATMUL,
            TensorScheme.parse("int8:channel"),
            MINMAX);
    assertThat(grids.grids()).isEmpty();
    assertThat(grids.notes())
        .extracting(WeightGrids.Note::text)
        .anyMatch(t -> t.contains("not quantized"));
  }

  @Test
  void aChannelOfZerosHasAGridAllTheSame() {
    float[] values = {0, 1, 0, -2};
    for (WeightRange range : List.of(MINMAX, new WeightRange.Mse(50, 0.5))) {
      for (String scheme : List.of("int8:channel", "uint8:channel", "fp8-e4m3:channel")) {
        QuantParams grid =
            only(grids(values, List.of(2L, 2L), MATMUL, TensorScheme.parse(scheme), range));
        assertThat(grid.fakeQuant(0, 0)).isZero();
        assertThat(grid.fakeQuant(-2, 1)).isCloseTo(-2f, within(0.2f));
      }
    }
  }
}
