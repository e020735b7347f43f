package dev.tailgate.heal.remedy.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.remedy.scale.ChannelScaling;
import dev.tailgate.onnx.remedy.scale.Fold;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.onnx.remedy.scale.ScaledInputs;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmoothQuantTest {
  /** Between float and simulated outputs; of the largest. */
  private static final double NOTICEABLY = 0.7;

  @TempDir Path folder;
  private final CalibrationContext context = Trials.context(Optional.empty());

  /** A decoder whose norms give every eighth channel thirtyfold, undone by the weights. */
  private OnnxModel withOutliers() throws IOException {
    OnnxModel plain = OnnxModel.load(ReferenceModel.unpack("opt", "vanilla-2.onnx", folder));
    Map<String, double[]> scales = new LinkedHashMap<>();
    for (ScaledInput input : ScaledInputs.of(ModelMap.of(plain))) {
      if (input.fold() instanceof Fold.IntoNorm) {
        double[] s = new double[input.width()];
        for (int j = 0; j < s.length; j++) {
          s[j] = j % 8 == 0 ? 1 / 30.0 : 1;
        }
        scales.put(input.tensor(), s);
      }
    }
    return ChannelScaling.apply(ModelMap.of(plain), scales, ChannelScaling.Unfolded.REFUSE).model();
  }

  private double damage(OnnxModel model, Plan candidate) {
    return Trials.difference(
        model, Calibrated.of(candidate, context).simulated(), Optional.empty());
  }

  @Test
  void smoothingUndoesOutliersThatNormsMake() throws IOException {
    OnnxModel model = withOutliers();
    Plan candidate = Trials.candidate(model, Placement.TRANSFORMER);
    double before = damage(model, candidate);
    for (SmoothQuant remedy : new SmoothQuant[] {SmoothQuant.searched(), SmoothQuant.fixed(0.5)}) {
      Treated treated = remedy.apply(candidate, context);
      assertThat(damage(model, treated.plan())).isLessThan(NOTICEABLY * before);
      assertThat(Trials.difference(model, treated.plan().model(), Optional.empty()))
          .isLessThan(5e-6);
    }
  }

  @Test
  void theSearchSaysWhatItFound() throws IOException {
    Plan candidate = Trials.candidate(withOutliers(), Placement.TRANSFORMER);
    assertThat(SmoothQuant.searched().apply(candidate, context).applied())
        .extracting(Repair.Note::text)
        .anyMatch(
            text ->
                text.matches(
                    "scaled by the gain of the norm that makes it, alpha 0\\.\\d: error of its"
                        + " products \\S+, without \\S+"));
  }

  @Test
  void aPlacementThatRoundsBeforeAMulGetsNone() throws IOException {
    OnnxModel model = OnnxModel.load(ReferenceModel.unpack("bert", "vanilla-1.onnx", folder));
    Treated papers =
        SmoothQuant.fixed(0.5).apply(Trials.candidate(model, Placement.PAPERS), context);
    Treated products =
        SmoothQuant.fixed(0.5).apply(Trials.candidate(model, Placement.TRANSFORMER), context);
    // The norms' outputs are rounded where they are made; after a GELU, what the Div gives is.
    assertThat(papers.refused())
        .hasSize(4)
        .allSatisfy(
            note -> {
              assertThat(note.place()).contains("LayerNormalization");
              assertThat(note.text())
                  .endsWith("this placement rounds it before a Div could scale it");
            });
    assertThat(papers.applied())
        .extracting(Repair.Note::text)
        .filteredOn(text -> text.startsWith("scaled by a Div"))
        .hasSize(2)
        .allMatch(text -> text.contains("GELU"));
    assertThat(products.refused()).isEmpty();
    assertThat(products.applied())
        .extracting(Repair.Note::text)
        .anyMatch(text -> text.startsWith("scaled by a Div: "));
  }

  @Test
  void anAlphaOutsideIsRefused() {
    assertThatThrownBy(() -> SmoothQuant.fixed(-0.1)).isInstanceOf(IllegalArgumentException.class);
  }
}
