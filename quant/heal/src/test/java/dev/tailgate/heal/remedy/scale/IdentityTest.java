package dev.tailgate.heal.remedy.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.remedy.scale.ChannelScaling;
import dev.tailgate.onnx.remedy.scale.ChannelScaling.Unfolded;
import dev.tailgate.onnx.remedy.scale.CrossLayerEqualization;
import dev.tailgate.onnx.remedy.scale.OutlierDecomposition;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.onnx.remedy.scale.ScaledInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pass of this package is an identity in exact arithmetic. Scales here reach from a tenth to
 * ten, so what is left is rounding: some ulps of float32, 11 bits of float16, over a few layers.
 */
class IdentityTest {
  private static final double FLOAT = 5e-6;
  private static final double HALF = 1e-2;

  // Tests run in the folder of the module.
  private static final Path EXPORTS = Path.of("../../testdata/exports");
  private static final Path SHARED = Path.of("../../../shared/data/models");

  @TempDir Path folder;

  static Stream<Path> exports() {
    return Stream.of(
            "bert-script-eager-fp16",
            "bert-script-eager-opset9",
            "gpt2-script-eager-cache",
            "llama-dynamo-sdpa-opset23",
            "t5-script-eager")
        .map(name -> EXPORTS.resolve(name + ".onnx"));
  }

  static Stream<Path> trained() {
    return Stream.of(SHARED.resolve("vit/vit_2_6_trained.onnx"));
  }

  private static Repair scaled(OnnxModel model) {
    return ChannelScaling.apply(ModelMap.of(model), Trials.scales(model), Unfolded.DIVIDE);
  }

  private static Repair folded(OnnxModel model) {
    return ChannelScaling.apply(ModelMap.of(model), Trials.scales(model), Unfolded.REFUSE);
  }

  private static Repair split(OnnxModel model) {
    Map<String, int[]> channels = new LinkedHashMap<>();
    for (ScaledInput input : ScaledInputs.of(ModelMap.of(model))) {
      channels.put(input.tensor(), new int[] {input.width() - 1, 1});
    }
    return OutlierDecomposition.apply(ModelMap.of(model), channels);
  }

  /** Alone, and one on top of the other. */
  private static void keepTheFunction(OnnxModel model, Optional<Path> data, double tolerance) {
    OnnxModel equalized = CrossLayerEqualization.apply(ModelMap.of(folded(model).model())).model();
    OnnxModel split = split(equalized).model();
    List<OnnxModel> changed = List.of(scaled(model).model(), equalized, split);
    assertThat(Trials.differences(model, changed, data))
        .allSatisfy(difference -> assertThat(difference).isLessThan(tolerance));
  }

  @ParameterizedTest
  @MethodSource("exports")
  void exportsComputeTheSameAfterwards(Path file) {
    Path data = Path.of(file.toString().replace(".onnx", ".npz"));
    OnnxModel model = OnnxModel.load(file);
    double tolerance = file.toString().contains("fp16") ? HALF : FLOAT;
    keepTheFunction(model, Optional.of(data), tolerance);
    assertThat(scaled(model).applied()).isNotEmpty();
    assertThat(split(model).applied()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("trained")
  void trainedModelsComputeTheSameAfterwards(Path file) {
    Assumptions.assumeTrue(Files.isRegularFile(file), "no shared models");
    keepTheFunction(OnnxModel.load(file), Optional.empty(), FLOAT);
  }

  @Test
  void aPreNormDecoderTakesEveryDivisionIntoItsWeights() throws IOException {
    OnnxModel model = OnnxModel.load(ReferenceModel.unpack("opt", "vanilla-1.onnx", folder));
    keepTheFunction(model, Optional.empty(), FLOAT);
    Repair folded = folded(model);
    assertThat(folded.applied()).hasSize(9);
    assertThat(folded.refused()).isEmpty();
    assertThat(folded.model().graph().nodes()).hasSameSizeAs(model.graph().nodes());
  }

  @Test
  void aPostNormEncoderNeedsAMulWhereTheResidualReadsToo() throws IOException {
    OnnxModel model = OnnxModel.load(ReferenceModel.unpack("bert", "vanilla-1.onnx", folder));
    keepTheFunction(model, Optional.empty(), FLOAT);
    assertThat(scaled(model).applied())
        .extracting(Repair.Note::text)
        .anyMatch(text -> text.startsWith("scaled by a Div: Add ") && text.contains("reads it too"))
        .anyMatch(text -> text.startsWith("scaled by the weights of "));
    assertThat(folded(model).refused())
        .extracting(Repair.Note::text)
        .anyMatch(text -> text.contains("GELU"));
  }

  @Test
  void aTiedMatrixStaysAsItIsForItsOtherReader() {
    OnnxModel model = TiedGraph.model();
    keepTheFunction(model, Optional.empty(), FLOAT);
    Repair scaled = folded(model);
    assertThat(scaled.applied()).isNotEmpty();
    assertThat(scaled.model().graph().initializers()).containsKey("table");
  }

  @Test
  void whatIsSplitCanStillBeScaled() throws IOException {
    OnnxModel model = OnnxModel.load(ReferenceModel.unpack("opt", "vanilla-2.onnx", folder));
    OnnxModel once = split(model).model();
    List<ScaledInput> inputs = ScaledInputs.of(ModelMap.of(once));
    assertThat(inputs).isNotEmpty();
    OnnxModel twice =
        ChannelScaling.apply(ModelMap.of(once), Trials.scales(once), Unfolded.DIVIDE).model();
    assertThat(Trials.differences(model, List.of(twice), Optional.empty()).get(0))
        .isLessThan(FLOAT);
  }
}
