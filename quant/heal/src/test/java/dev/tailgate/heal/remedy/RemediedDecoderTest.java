package dev.tailgate.heal.remedy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.IdentityModel;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.PlacementRequest;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.weights.WeightRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What remedies do for a trained decoder, and for one with an outlier channel planted in it. */
class RemediedDecoderTest {
  private static final int CHANNEL = 7;

  @TempDir private Path folder;
  private OnnxModel model;
  private CalibrationContext context;
  private Batch heldOut;

  @BeforeEach
  void load() throws IOException {
    model = OnnxModel.load(ReferenceModel.unpack("opt", "vanilla-1.onnx", folder));
    Path calibration = ReferenceModel.unpack("opt", "calibration.npz", folder);
    Path held = ReferenceModel.unpack("opt", "heldout.npz", folder);
    context =
        new CalibrationContext(m -> open(m, calibration), ReferenceModel.CPU, RunProgress.SILENT);
    heldOut = open(model, held).batches().next();
  }

  private static DataSource open(OnnxModel model, Path data) {
    return DataSources.open(
        model, new DataRequest(Optional.of(data), Optional.empty(), 32, 32, 32, 1));
  }

  private static Plan candidate(OnnxModel model, String scheme) {
    return Plan.of(
        ModelMap.of(model),
        new QuantizationSettings(
            QuantScheme.parse(scheme),
            Placement.PAPERS,
            PlacementRequest.DEFAULT,
            List.of(new RangeEstimator.MinMax()),
            new WeightRange.MinMax(),
            1,
            false,
            QuantizationSettings.Limits.NONE,
            List.of()));
  }

  /** Mean squared error of the logits on held-out samples, by that of the logits themselves. */
  private double noise(Plan candidate) {
    float[] exact = logits(candidate.model());
    float[] rounded = logits(Calibrated.of(candidate, context).simulated());
    double error = 0;
    double power = 0;
    for (int i = 0; i < exact.length; i++) {
      error += Math.pow(exact[i] - rounded[i], 2);
      power += Math.pow(exact[i], 2);
    }
    return error / power;
  }

  private float[] logits(OnnxModel of) {
    String name = of.graph().outputs().get(0).name();
    try (ModelRunner runner = ModelRunner.open(of, ReferenceModel.CPU)) {
      Tensor logits = runner.run(heldOut.inputs(), Set.of(name)).get(name);
      return Objects.requireNonNull(logits).toFloats();
    }
  }

  private OnnxModel withOutlier() {
    ConstantTensor table = model.graph().constant("tokens.weight").orElseThrow();
    int width = (int) (long) table.dims().get(1);
    double[] values = table.toDoubles(Math.toIntExact(table.elementCount()));
    for (int i = CHANNEL; i < values.length; i += width) {
      values[i] += 40;
    }
    GraphEdit edit = model.edit();
    edit.replaceConstant(
        table.name(), ConstantTensor.ofReals(table.name(), table.type(), table.dims(), values));
    return edit.commit();
  }

  @Test
  void rotationTakesNoiseFromATrainedDecoder() {
    for (String scheme : List.of("w8a8", "w4a8")) {
      Plan before = candidate(model, scheme);
      Treated treated = new RotateRemedy(7).apply(before, context);
      assertThat(treated.refused()).isEmpty();
      assertThat(treated.plan().settings()).isEqualTo(before.settings());
      assertThat(noise(treated.plan())).as(scheme).isLessThan(0.9 * noise(before));
    }
  }

  @Test
  void rotationSpreadsAPlantedOutlierChannel() {
    Plan before = candidate(withOutlier(), "w8a8");
    Treated treated = new RotateRemedy(7).apply(before, context);
    assertThat(noise(treated.plan())).isLessThan(noise(before) / 3);
  }

  @Test
  void sinkTakesItsShareOfEverySite() {
    SinkRemedy remedy = SinkRemedy.standard();
    assertThat(remedy.keepsFunction()).isFalse();
    Treated treated = remedy.apply(candidate(model, "w8a8"), context);
    assertThat(treated.refused()).isEmpty();
    assertThat(treated.applied()).hasSize(2);
    assertThat(treated.applied().get(0).text()).isEqualTo("has a sink that takes 0.010 of it");
    // It is another function, though a near one.
    assertThat(logits(treated.plan().model())).isNotEqualTo(logits(model));
  }

  @Test
  void modelWithoutAttentionHasNoPlaceForASink() {
    OnnxModel plain = IdentityModel.of(17);
    CalibrationContext madeUp =
        new CalibrationContext(
            m -> DataSources.open(m, DataRequest.synthetic(1, 1, 4, 1)),
            ReferenceModel.CPU,
            RunProgress.SILENT);
    Treated treated = SinkRemedy.standard().apply(candidate(plain, "w8a8"), madeUp);
    assertThat(treated.applied()).isEmpty();
    assertThat(treated.refused().get(0).text())
        .isEqualTo("has no attention that a sink can be fitted to");
  }
}
