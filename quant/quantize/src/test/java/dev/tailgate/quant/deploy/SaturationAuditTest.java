package dev.tailgate.quant.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.IdentityModel;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.placement.WeightAxes;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Against an emulation of the instruction over all activations. */
class SaturationAuditTest {
  private static final NumberFormat INT8 = new IntegerFormat(8, true);
  private static final NumberFormat UINT8 = new IntegerFormat(8, false);

  /** VPMADDUBSW on one pair: the sum of two products, saturated to 16 bits. */
  private static int instruction(int u0, int u1, int w0, int w1) {
    return Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, u0 * w0 + u1 * w1));
  }

  private static boolean overflows(int w0, int w1, int upper) {
    for (int u0 = 0; u0 <= upper; u0++) {
      for (int u1 = 0; u1 <= upper; u1++) {
        if (instruction(u0, u1, w0, w1) != u0 * w0 + u1 * w1) {
          return true;
        }
      }
    }
    return false;
  }

  @Property(seed = "1", tries = 400)
  void aPairIsUnsafeExactlyWhereSomeActivationOverflows(
      @ForAll @IntRange(min = -128, max = 127) int w0,
      @ForAll @IntRange(min = -128, max = 127) int w1,
      @ForAll @IntRange(min = 100, max = 255) int upper) {
    assertThat(PairScan.isUnsafe(w0, w1, upper)).isEqualTo(overflows(w0, w1, upper));
  }

  @Test
  void theBorderIsWhereTheInstructionHasIt() {
    // 255 * 128 = 32640 fits, 255 * 129 = 32895 does not; on the negative side as well.
    for (int w0 = -128; w0 <= 127; w0++) {
      for (int border : new int[] {128, 129, -128, -129}) {
        int w1 = border - w0;
        if (w1 >= -128 && w1 <= 127) {
          assertThat(PairScan.isUnsafe(w0, w1, 255)).isEqualTo(overflows(w0, w1, 255));
        }
      }
      assertThat(PairScan.isUnsafe(w0, 0, 255)).isFalse();
    }
  }

  @Property(seed = "2", tries = 200)
  void reducedRangesAreSafe(
      @ForAll @IntRange(min = -64, max = 63) int w0,
      @ForAll @IntRange(min = -64, max = 63) int w1) {
    assertThat(PairScan.isUnsafe(w0, w1, 255)).isFalse();
  }

  @Test
  void pairsAndOutputsAreCountedAlongTheSummedAxis() {
    Random random = new Random(3);
    for (long[] shape : new long[][] {{7, 5}, {8, 300}, {3, 6, 4}, {400, 301}}) {
      List<Long> dims = java.util.Arrays.stream(shape).boxed().toList();
      int count = (int) java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = random.nextInt(256) - 128;
      }
      for (int axis = 0; axis < shape.length; axis++) {
        ConstantTensor weight = ConstantTensor.ofFloats("w", dims, values);
        SaturationReport report =
            SaturationAudit.scan(
                weight, QuantParams.perTensor(INT8, 1, 0), axis, OptionalInt.of(140));
        assertThat(report.anyCode()).isEqualTo(counted(values, shape, axis, 255));
        assertThat(report.calibrated()).contains(counted(values, shape, axis, 140));
        assertThat(report.outputs()).isEqualTo(count / shape[axis]);
        assertThat(report.pairs()).isEqualTo(count / shape[axis] * ((shape[axis] + 1) / 2));
      }
    }
  }

  private static SaturationReport.Unsafe counted(
      float[] values, long[] shape, int axis, int upper) {
    int stride = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      stride *= (int) shape[i];
    }
    long pairs = 0;
    Set<Integer> outputs = new HashSet<>();
    for (int i = 0; i < values.length; i++) {
      int k = i / stride % (int) shape[axis];
      if (k % 2 == 0 && k + 1 < shape[axis]) {
        float w0 = values[i];
        float w1 = values[i + stride];
        double high = upper * (double) (Math.max(0, w0) + Math.max(0, w1));
        double low = upper * (double) (Math.min(0, w0) + Math.min(0, w1));
        if (high > 32767 || low < -32768) {
          pairs++;
          outputs.add(i - k * stride);
        }
      }
    }
    return new SaturationReport.Unsafe(upper, pairs, outputs.size());
  }

  @Test
  void onlyInt8WeightsOfProductsWithByteActivationsAreAudited() {
    OnnxModel empty = IdentityModel.of(17);
    GraphEdit edit = empty.edit();
    float[] values = {127, 127, 1, 1};
    String w = edit.constant(ConstantTensor.ofFloats("w", List.of(2L, 2L), values));
    String v = edit.constant(ConstantTensor.ofFloats("v", List.of(2L, 2L), values));
    String turned = edit.node("Transpose", "t").in(v).attribute("perm", List.of(1L, 0L)).add();
    edit.addOutput(IdentityModel.output(edit.node("MatMul", "m").in("x", w).add()));
    edit.addOutput(IdentityModel.output(edit.node("MatMul", "n").in("x", turned).add()));
    OnnxModel model = edit.commit();
    QuantPoint x =
        new QuantPoint.Activation(
            "x", "x", 0, ElementType.FLOAT, 2, new TokenLayout.None(), model.graph().uses("x"));
    QuantPoint direct = weight(model, w, 0, 1);
    QuantPoint transposed = weight(model, v, 1, 0);
    Quantizer int8 = new Quantizer.Fixed(QuantParams.perTensor(INT8, 1, 0));
    Quantizer uint8 = new Quantizer.Fixed(QuantParams.perTensor(UINT8, 1, 0));
    Map<QuantPoint, Quantizer> all = new LinkedHashMap<>();
    all.put(direct, int8);
    all.put(transposed, int8);
    assertThat(SaturationAudit.of(model, all, t -> OptionalInt.empty())).isEmpty();
    all.put(x, uint8);
    List<SaturationReport> reports = SaturationAudit.of(model, all, t -> OptionalInt.of(100));
    assertThat(reports).extracting(SaturationReport::tensor).containsExactly(w, v);
    // Rows 127 127 and 1 1: pairs down the columns are safe, those along the rows are not.
    assertThat(reports.get(0).anyCode()).isEqualTo(new SaturationReport.Unsafe(255, 0, 0));
    assertThat(reports.get(1).anyCode()).isEqualTo(new SaturationReport.Unsafe(255, 1, 1));
    assertThat(reports.get(1).unsafeShare()).isEqualTo(0.5);
    assertThat(reports.get(1).calibrated()).contains(new SaturationReport.Unsafe(100, 0, 0));
    all.put(direct, uint8);
    assertThat(SaturationAudit.of(model, all, t -> OptionalInt.empty())).hasSize(1);
  }

  @Test
  void activationsQuantizedBeforeALayoutOperatorCountAsWell() {
    GraphEdit edit = IdentityModel.of(17).edit();
    String w = edit.constant(ConstantTensor.ofFloats("w", List.of(2L, 2L), 127, 1, 127, 1));
    String turned = edit.node("Transpose", "t").in("x").attribute("perm", List.of(1L, 0L)).add();
    edit.addOutput(IdentityModel.output(edit.node("MatMul", "m").in(turned, w).add()));
    OnnxModel model = edit.commit();
    Map<QuantPoint, Quantizer> all = new LinkedHashMap<>();
    all.put(weight(model, w, 0, 1), new Quantizer.Fixed(QuantParams.perTensor(INT8, 1, 0)));
    all.put(
        new QuantPoint.Activation(
            "x", "x", 0, ElementType.FLOAT, 2, new TokenLayout.None(), model.graph().uses("x")),
        new Quantizer.Fixed(QuantParams.perTensor(UINT8, 1, 0)));
    List<SaturationReport> reports = SaturationAudit.of(model, all, t -> OptionalInt.empty());
    assertThat(reports).extracting(SaturationReport::tensor).containsExactly(w);
    assertThat(reports.get(0).anyCode()).isEqualTo(new SaturationReport.Unsafe(255, 1, 1));
  }

  private static QuantPoint weight(OnnxModel model, String name, int sum, int channel) {
    return new QuantPoint.Weight(
        name,
        "MatMul",
        0,
        ElementType.FLOAT,
        List.of(2L, 2L),
        new WeightAxes(OptionalInt.of(channel), OptionalInt.of(sum)),
        model.graph().uses(name));
  }

  @Test
  void otherNumbersAreRefused() {
    ConstantTensor weight = ConstantTensor.ofFloats("w", List.of(1L, 2L), 1, 2);
    assertThatThrownBy(
            () ->
                SaturationAudit.scan(
                    weight, QuantParams.perTensor(UINT8, 1, 0), 0, OptionalInt.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
