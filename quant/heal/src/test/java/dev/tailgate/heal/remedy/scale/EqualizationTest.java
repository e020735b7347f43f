package dev.tailgate.heal.remedy.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.remedy.scale.CrossLayerEqualization;
import dev.tailgate.onnx.remedy.scale.Fold;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.onnx.remedy.scale.ScaledInputs;
import dev.tailgate.quant.placement.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EqualizationTest {
  @TempDir Path folder;

  private static double columnRange(Matrix matrix, int column) {
    double top = 0;
    for (int r = 0; r < matrix.rows(); r++) {
      top = Math.max(top, Math.abs(matrix.at(r, column)));
    }
    return top;
  }

  private static int pairsWithEqualRanges(OnnxModel model) {
    int pairs = 0;
    for (ScaledInput input : ScaledInputs.of(ModelMap.of(model))) {
      if (input.fold() instanceof Fold.IntoLinear into) {
        Matrix first = LayerEdit.read(model, into.layer());
        double[] second = input.weightMaxima(model);
        for (int i = 0; i < second.length; i++) {
          // Both are float32 products with one scale.
          assertThat(second[i] / columnRange(first, i)).isCloseTo(1, within(1e-5));
        }
        pairs++;
      }
    }
    return pairs;
  }

  @Test
  void pairedChannelsHaveEqualRangesInADecoder() throws IOException {
    OnnxModel model = OnnxModel.load(ReferenceModel.unpack("opt", "vanilla-1.onnx", folder));
    Repair repair = CrossLayerEqualization.apply(ModelMap.of(model));
    assertThat(pairsWithEqualRanges(repair.model())).isEqualTo(4);
    assertThat(repair.applied()).hasSize(4);
    assertThat(repair.refused())
        .extracting(Repair.Note::text)
        .contains("a norm makes it, not a linear layer");
  }

  @Test
  void theUngatedFactorOfAGatedFeedForwardIsPaired() {
    OnnxModel model = TiedGraph.model();
    Repair repair = CrossLayerEqualization.apply(ModelMap.of(model));
    assertThat(pairsWithEqualRanges(repair.model())).isEqualTo(1);
    assertThat(repair.applied().get(0).place()).isEqualTo("gated");
    assertThat(repair.applied().get(0).text()).startsWith("equalized with up,");
  }

  @Test
  void aGeluBetweenIsRefusedByName() throws IOException {
    OnnxModel model = OnnxModel.load(ReferenceModel.unpack("vit", "vanilla-1.onnx", folder));
    Treated treated =
        new Equalize()
            .apply(
                Trials.candidate(model, Placement.TRANSFORMER), Trials.context(Optional.empty()));
    assertThat(treated.refused())
        .extracting(Repair.Note::text)
        .anyMatch(text -> text.startsWith("it comes through GELU"));
  }
}
