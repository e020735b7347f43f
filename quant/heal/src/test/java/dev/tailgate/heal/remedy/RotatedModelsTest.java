package dev.tailgate.heal.remedy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.RunnerOptions.Optimization;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.remedy.rotation.RotateResidualStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotation is an identity in the float model: of LayerNorm and RMSNorm, fused and spelled out. */
class RotatedModelsTest {
  /**
   * Weights are rounded to float32 once more, 6e-8 relative each; through some ten layers and the
   * gain of norms that adds up to what is allowed here.
   */
  private static final double ROUNDING = 2e-5;

  // Tests run in the folder of the module.
  private static final Path MODELS = Path.of("../../../shared/data/models");

  private static double deviation(OnnxModel model, OnnxModel rotated, Batch batch) {
    return Deviation.between(model, rotated, batch, ReferenceModel.CPU.with(Optimization.NONE))
        .relative();
  }

  @ParameterizedTest
  @ValueSource(strings = {"opt/vanilla-1", "opt/gated_attention-1", "vit/vanilla-1"})
  void trainedModelComputesTheSame(String name, @TempDir Path folder) throws IOException {
    List<String> parts = List.of(name.split("/", -1));
    Path file = ReferenceModel.unpack(parts.get(0), parts.get(1) + ".onnx", folder);
    Path data = ReferenceModel.unpack(parts.get(0), "heldout.npz", folder);
    OnnxModel model = OnnxModel.load(file);
    Repair repair = RotateResidualStream.apply(ModelMap.of(model), 7);
    assertThat(repair.refused()).isEmpty();
    assertThat(repair.applied().get(0).text())
        .contains("randomised Hadamard matrix of order 48, Paley I (12) doubled to 48")
        .contains("means folded");
    DataRequest request = new DataRequest(Optional.of(data), Optional.empty(), 8, 8, 32, 1);
    Batch batch = DataSources.open(model, request).batches().next();
    assertThat(deviation(model, repair.model(), batch)).isLessThan(ROUNDING);
  }

  static Path export(String name) {
    return Path.of("../../testdata/exports", name + ".onnx");
  }

  private static Batch batchOf(OnnxModel model, Path file) {
    Path data = file.resolveSibling(file.getFileName().toString().replace(".onnx", ".npz"));
    return DataSources.open(
            model, new DataRequest(Optional.of(data), Optional.empty(), 2, 2, 16, 1))
        .batches()
        .next();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt_neox-script-eager",
        "gpt2-script-eager-cache",
        "llama-dynamo-sdpa-opset23",
        "t5-script-eager",
        "whisper-script-sdpa"
      })
  void exportOfPreNormArchitectureComputesTheSame(String name) {
    Path file = export(name);
    OnnxModel model = OnnxModel.load(file);
    Repair repair = RotateResidualStream.apply(ModelMap.of(model), 7);
    assertThat(repair.applied()).isNotEmpty();
    assertThat(repair.refused()).isEmpty();
    assertThat(deviation(model, repair.model(), batchOf(model, file))).isLessThan(ROUNDING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bert-script-eager-opset9", "bert-script-eager-fp16", "deberta_v2-script-eager"})
  void postNormIsRefusedWithTheReason(String name) {
    OnnxModel model = OnnxModel.load(export(name));
    Repair repair = RotateResidualStream.apply(ModelMap.of(model), 7);
    assertThat(repair.applied()).isEmpty();
    assertThat(repair.model()).isSameAs(model);
    assertThat(repair.refused()).anySatisfy(note -> assertThat(note.text()).contains("post-LN"));
  }

  @Test
  void unknownReaderIsNamed() {
    Repair repair =
        RotateResidualStream.apply(
            ModelMap.of(OnnxModel.load(export("sam_vision-script-eager"))), 7);
    assertThat(repair.applied()).isEmpty();
    assertThat(repair.refused().get(0).text())
        .isEqualTo("is not rotated: /vision_encoder/neck/Transpose (Transpose) reads it");
  }

  static Stream<Path> shared() throws IOException {
    if (!Files.isDirectory(MODELS)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.walk(MODELS)) {
      return files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList().stream();
    }
  }

  @Test
  void everyModelAtHandIsRotatedOrRefused() throws IOException {
    List<Path> files = shared().toList();
    Assumptions.assumeFalse(files.isEmpty(), "no shared models");
    for (Path file : files) {
      Optional<OnnxModel> model = load(file);
      if (model.isPresent()) {
        Repair repair = RotateResidualStream.apply(ModelMap.of(model.get()), 7);
        assertThat(repair.applied().size() + repair.refused().size())
            .as(file.toString())
            .isPositive();
      }
    }
  }

  private static Optional<OnnxModel> load(Path file) {
    try {
      return Optional.of(OnnxModel.load(file));
    } catch (ModelException e) {
      // Some are damaged on purpose.
      return Optional.empty();
    }
  }
}
