package dev.tailgate.heal.remedy.rounding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.IdentityModel;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.WeightAxes;
import dev.tailgate.quant.scheme.Granularity;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.quant.weights.WeightGrids;
import dev.tailgate.quant.weights.WeightRange;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerGridTest {
  private static final int IN = 70;
  private static final int OUT = 9;
  private static final List<TensorScheme> SCHEMES =
      List.of(
          TensorScheme.papersWeights(8, new Granularity.PerTensor()),
          TensorScheme.papersWeights(4, new Granularity.PerChannel()),
          TensorScheme.papersWeights(4, new Granularity.PerBlock(32)),
          TensorScheme.parse("int8:asym:tensor"),
          TensorScheme.parse("uint4:asym:channel"),
          TensorScheme.parse("uint8:sym:channel"),
          TensorScheme.parse("uint4:asym:block=16"),
          TensorScheme.parse("int2:sym:channel"),
          TensorScheme.parse("fp8-e4m3:sym:channel"));

  private static QuantParams grid(Matrix stored, boolean outFirst, TensorScheme scheme) {
    GraphEdit edit = IdentityModel.of(17).edit();
    List<Long> dims = List.of((long) stored.rows(), (long) stored.columns());
    String name = edit.constant(ConstantTensor.ofFloats("w", dims, stored.values()));
    OnnxModel model = edit.commit();
    WeightAxes axes =
        new WeightAxes(OptionalInt.of(outFirst ? 0 : 1), OptionalInt.of(outFirst ? 1 : 0));
    QuantPoint.Weight weight =
        new QuantPoint.Weight(name, "MatMul", 0, ElementType.FLOAT, dims, axes, List.of());
    return WeightGrids.of(model, List.of(weight), scheme, new WeightRange.MinMax())
        .grids()
        .get(weight);
  }

  private static Matrix weight(Random random, boolean positive) {
    Matrix weight = new Matrix(IN, OUT, new float[IN * OUT]);
    for (int i = 0; i < weight.values().length; i++) {
      double value = random.nextGaussian() * Math.exp(2 * random.nextGaussian());
      weight.values()[i] = (float) (positive ? Math.abs(value) : value);
    }
    return weight;
  }

  private static Gram gram(Random random) {
    double[] products = new double[IN * IN];
    for (int n = 0; n < 40; n++) {
      double common = random.nextGaussian();
      double[] x = random.doubles(IN).map(v -> v + common).toArray();
      for (int i = 0; i < IN * IN; i++) {
        products[i] += x[i / IN] * x[i % IN];
      }
    }
    return new Gram(IN, products, new double[IN], 40);
  }

  /** The claim that makes a rounded model a float model like any other. */
  @Property(tries = 60)
  void minMaxOfTheRoundedWeightsFindsTheSameGridAndTheSameNumbers(
      @ForAll long seed,
      @ForAll @IntRange(max = 8) int which,
      @ForAll boolean outFirst,
      @ForAll boolean positive) {
    Random random = new Random(seed);
    TensorScheme scheme = SCHEMES.get(which);
    Matrix weight = weight(random, positive);
    QuantParams before = grid(outFirst ? weight.transposed() : weight, outFirst, scheme);
    LayerGrid grid = new LayerGrid(weight, before, scheme.symmetric(), outFirst);
    Gram gram = gram(random);
    float[] codes = Gptq.round(grid, gram, true);
    if (grid.hasIntegers()) {
      CoordinateDescent.improve(grid, InputHessian.of(gram, InputHessian.DAMPING), codes);
    }
    Matrix rounded = new Matrix(IN, OUT, new float[IN * OUT]);
    grid.write(codes, rounded);
    QuantParams after = grid(outFirst ? rounded.transposed() : rounded, outFirst, scheme);
    assertThat(after).isEqualTo(before);
    for (int o = 0; o < OUT; o++) {
      for (int i = 0; i < IN; i++) {
        assertThat(after.quantize(rounded.at(i, o), grid.scale(i, o)))
            .isEqualTo((double) codes[o * IN + i]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRangeFoundBySearchIsKeptByClipping(boolean positive) {
    TensorScheme scheme = TensorScheme.papersWeights(4, new Granularity.PerTensor());
    Matrix weight = weight(new Random(4), positive);
    QuantParams whole = grid(weight, false, scheme);
    QuantParams searched =
        QuantParams.perTensor(whole.format(), 0.3f * whole.scale(0), whole.zeroPoint(0));
    ConstantTensor stored =
        ConstantTensor.ofFloats("w", List.of((long) IN, (long) OUT), weight.values());
    double[] clipped = WeightClip.clipped(stored, searched, true);
    for (int i = 0; i < clipped.length; i++) {
      weight.values()[i] = (float) clipped[i];
    }
    QuantParams found = grid(weight, false, scheme);
    assertThat(found.format()).isEqualTo(searched.format());
    // One rounding to float32 on the way there, one on the way back.
    assertThat(found.scale(0))
        .isBetween(Math.nextDown(searched.scale(0)), Math.nextUp(searched.scale(0)));
  }
}
