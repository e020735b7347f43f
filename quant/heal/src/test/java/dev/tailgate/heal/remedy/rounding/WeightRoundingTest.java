package dev.tailgate.heal.remedy.rounding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.PlacementRequest;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.weights.WeightRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The remedies on a decoder of three layers. */
class WeightRoundingTest {
  @TempDir Path folder;
  private OnnxModel model;
  private CalibrationContext context;

  @BeforeEach
  void load() throws IOException {
    model = ReferenceModel.vanilla(folder);
    context =
        new CalibrationContext(
            m -> ReferenceModel.madeUp(m, 32, 8, 24), ReferenceModel.CPU, RunProgress.SILENT);
  }

  private Plan candidate(String scheme, String range) {
    return Plan.of(
        ModelMap.of(model),
        new QuantizationSettings(
            QuantScheme.parse(scheme),
            Placement.PAPERS,
            PlacementRequest.DEFAULT,
            List.of(new RangeEstimator.MinMax()),
            WeightRange.parse(range),
            4,
            false,
            QuantizationSettings.Limits.NONE,
            List.of()));
  }

  private static List<QuantParams> grids(Plan candidate) {
    return List.copyOf(candidate.weightGrids().grids().values());
  }

  private static List<Matrix> weights(OnnxModel model) {
    List<Matrix> weights = new ArrayList<>();
    for (LinearLayer layer : ModelMap.of(model).layers().linears()) {
      weights.add(LayerEdit.read(model, layer));
    }
    return weights;
  }

  /** Mean squared difference of the first output from the float model's. */
  private double error(OnnxModel other) {
    Batch batch = context.calibration().apply(model).batches().next();
    String output = model.graph().outputNames().iterator().next();
    float[] exact = run(model, batch, output);
    float[] test = run(other, batch, output);
    double sum = 0;
    for (int i = 0; i < exact.length; i++) {
      sum += Math.pow((double) exact[i] - test[i], 2);
    }
    return sum / exact.length;
  }

  private static float[] run(OnnxModel model, Batch batch, String output) {
    try (ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU)) {
      return Objects.requireNonNull(
              runner.run(batch.inputs(), java.util.Set.of(output)).get(output))
          .toFloats();
    }
  }

  @ParameterizedTest
  @CsvSource({"w8a8, minmax", "w4a8, minmax", "w4a8-per-channel, minmax", "w4a16, minmax"})
  void quantizingTheRoundedModelFindsTheGridsOfTheOriginal(String scheme, String range) {
    Plan candidate = candidate(scheme, range);
    Treated treated = new GptqRemedy().apply(candidate, context);
    assertThat(treated.applied()).hasSize(18);
    assertThat(grids(treated.plan())).isEqualTo(grids(candidate));
  }

  @ParameterizedTest
  @CsvSource({"w4a8", "w4a8-per-channel"})
  void searchedRangesAreMinMaxRangesAfterwards(String scheme) {
    Plan candidate = candidate(scheme, "mse");
    Plan rounded = new AdaRoundRemedy().apply(candidate, context).plan();
    assertThat(rounded.settings().weightRange()).isEqualTo(new WeightRange.MinMax());
    List<QuantParams> before = grids(candidate);
    List<QuantParams> after = grids(rounded);
    for (int i = 0; i < before.size(); i++) {
      for (int s = 0; s < before.get(i).count(); s++) {
        float scale = before.get(i).scale(s);
        assertThat(after.get(i).scale(s)).isBetween(Math.nextDown(scale), Math.nextUp(scale));
      }
    }
  }

  @Test
  void bothRoundingsBringTheQuantizedModelCloserToTheFloatOne() {
    Plan candidate = candidate("w4a16", "minmax");
    double nearest = error(Calibrated.of(candidate, context).simulated());
    for (Remedy remedy : List.of(new GptqRemedy(), new AdaRoundRemedy())) {
      Plan rounded = remedy.apply(candidate, context).plan();
      assertThat(error(Calibrated.of(rounded, context).simulated()))
          .as(remedy.id())
          .isLessThan(0.7 * nearest);
    }
  }

  @Test
  void passesOverTheDataChangeNothing() {
    Plan candidate = candidate("w4a8", "minmax");
    LayerRounding gptq = (grid, gram) -> Gptq.round(grid, gram, true);
    OnnxModel once = WeightRounding.apply(gptq, candidate, context, Long.MAX_VALUE).plan().model();
    OnnxModel often = WeightRounding.apply(gptq, candidate, context, 1).plan().model();
    List<Matrix> expected = weights(once);
    List<Matrix> found = weights(often);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i).values()).isEqualTo(expected.get(i).values());
    }
  }

  @Test
  void theHeadIsRefusedForWhatItIs() {
    Treated treated = new GptqRemedy().apply(candidate("w8a8", "minmax"), context);
    assertThat(treated.refused())
        .extracting(Repair.Note::text)
        .containsExactly("its weights are not quantized: part of the head, after the last block");
  }

  @Test
  void biasesMoveInEveryLayerThatRounds() {
    Treated treated = new BiasRemedy().apply(candidate("w4a8", "minmax"), context);
    assertThat(treated.applied()).hasSize(18);
    assertThat(treated.refused()).hasSize(1);
  }

  @Test
  void theEstimatorThatClipChoosesIsTheBestOfThoseItNames() {
    Treated treated = new ClipRemedy().apply(candidate("w6a6", "minmax"), context);
    assertThat(treated.applied()).hasSize(1);
    assertThat(treated.plan().settings().estimators()).hasSize(1);
    assertThat(treated.plan().settings().estimators().get(0))
        .isNotEqualTo(new RangeEstimator.MinMax());
  }

  @Test
  void floatActivationsHaveNothingToClip() {
    Treated treated = new ClipRemedy().apply(candidate("w4a16", "minmax"), context);
    assertThat(treated.applied()).isEmpty();
    assertThat(treated.refused()).hasSize(1);
  }
}
