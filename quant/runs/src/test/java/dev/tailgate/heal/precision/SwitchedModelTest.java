package dev.tailgate.heal.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Batch;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.heal.switched.SwitchedModel;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.Precision;
import dev.tailgate.quant.placement.PrecisionRule;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.run.heal.OptFamily;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SwitchedModelTest {
  @TempDir private static Path folder;
  private static OptFamily opt = null;

  @BeforeAll
  static void unpack() throws IOException {
    opt = OptFamily.unpack(folder, 8);
  }

  private static Batch batch() {
    return opt.samples().open(opt.model()).batches().next();
  }

  private static Set<String> output() {
    return Set.of(ModelOutputs.of(opt.model().graph()).predictions());
  }

  private static float[] alone(OnnxModel model) {
    try (ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU)) {
      return only(runner.run(batch().inputs(), output()));
    }
  }

  private static float[] only(Map<String, Tensor> results) {
    return Objects.requireNonNull(results.get(output().iterator().next())).toFloats();
  }

  /** One session gives what a session for each way to round gives. */
  @ParameterizedTest
  @EnumSource(Placement.class)
  void everySettingOfTheSwitchesIsTheModelRoundedThatWay(Placement placement) {
    Calibrated base = opt.calibrated("w8a8", placement);
    GridsByPrecision grids =
        GridsByPrecision.calibrate(base, List.of(Precision.values()), opt.context());
    String read = base.activations().get(2).tensor();
    Map<QuantPoint, Quantizer> half = new LinkedHashMap<>();
    base.quantizers()
        .forEach(
            (point, quantizer) -> {
              if (point.layer() == 1) {
                half.put(point, quantizer);
              }
            });
    List<Map<QuantPoint, Quantizer>> ways =
        List.of(
            Map.of(),
            base.quantizers(),
            half,
            grids.with(
                new Exceptions(
                    List.of(),
                    List.of(
                        PrecisionRule.parse("name:" + read + "=a16"),
                        PrecisionRule.parse("layer:1=own-scale"),
                        PrecisionRule.parse("layer:0=per-token"),
                        PrecisionRule.parse("layer:0=per-channel")))),
            grids.with(
                new Exceptions(List.of("layer:1"), List.of(PrecisionRule.parse("layer:0=mse")))));
    try (SwitchedModel switched =
        SwitchedModel.open(opt.model(), grids.choices(p -> true), ReferenceModel.CPU)) {
      for (Map<QuantPoint, Quantizer> way : ways) {
        float[] expected = alone(InsertQuantizeDequantize.apply(opt.model(), way));
        float[] found = only(switched.run(batch(), way, output()));
        double noise = 0;
        double signal = 0;
        for (int i = 0; i < expected.length; i++) {
          noise += Math.pow(found[i] - (double) expected[i], 2);
          signal += Math.pow(expected[i], 2);
        }
        // Fusions differ: sums come in another order, and a value half-way between two numbers of
        // a grid may then go to the other one. Roundings themselves are at 1e-3.
        assertThat(noise / signal).as("way %d", ways.indexOf(way)).isLessThan(1e-6);
      }
    }
  }

  @Test
  void aGridThatTheModelWasNotMadeWithIsRefused() {
    Calibrated base = opt.calibrated("w8a8", Placement.PAPERS);
    QuantPoint point = base.activations().get(0);
    QuantParams own =
        ((Quantizer.Fixed) Objects.requireNonNull(base.quantizers().get(point))).params();
    Quantizer other =
        new Quantizer.Fixed(
            QuantParams.perTensor(own.format(), 2 * own.scale(0), own.zeroPoint(0)));
    GridsByPrecision grids = GridsByPrecision.calibrate(base, List.of(), opt.context());
    try (SwitchedModel switched =
        SwitchedModel.open(opt.model(), grids.choices(p -> true), ReferenceModel.CPU)) {
      assertThatThrownBy(() -> switched.run(batch(), Map.of(point, other), output()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(point.tensor());
    }
  }
}
