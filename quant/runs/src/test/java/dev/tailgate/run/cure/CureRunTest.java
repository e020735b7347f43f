package dev.tailgate.run.cure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.CureResult;
import dev.tailgate.result.CureResult.Kind;
import dev.tailgate.result.CureResult.Stage;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.json.CureResultJson;
import dev.tailgate.train.loop.LoopPlan;
import dev.tailgate.train.loop.TrainingException;
import dev.tailgate.train.optimiser.Schedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CureRunTest {
  private static final int STEPS = 40;

  @TempDir private static Path shared;
  @TempDir Path folder;

  private static Path model = Path.of("");
  private static Path training = Path.of("");
  private static Path heldOut = Path.of("");

  @BeforeAll
  static void unpack() throws IOException {
    model = ReferenceModel.unpack("vanilla.onnx", shared);
    training = ReferenceModel.unpack("calibration.npz", shared);
    heldOut = ReferenceModel.unpack("heldout.npz", shared);
  }

  /** Softmax1 as its paper has it, which changes what a trained decoder does. */
  private CureRequest request(int steps) {
    Schedule schedule = new Schedule(Schedule.Shape.CONSTANT, 1e-3, 0, steps, 0);
    return CureRequest.of(model, folder.resolve("cured.onnx"), Method.OUTEFFHOP)
        .withData(training)
        .withHeldOut(heldOut)
        .startingAt(OptionalDouble.empty())
        .with(new LoopPlan(schedule, 4, 0, steps, 0, 0))
        .with(
            new RunnerOptions(
                ReferenceModel.CPU.provider(), 1, RunnerOptions.Optimization.FLOAT_ONLY))
        .reporting(folder.resolve("report"));
  }

  private CureRequest small(CureRequest request) {
    return request.with(request.samples().atMost(16));
  }

  @Test
  void trainingBringsTheRewrittenModelBackToTheOriginalOnSamplesItNeverSaw() throws IOException {
    CureRequest request = small(request(STEPS));
    Cured cured = CureRun.run(request, RunProgress.SILENT);
    CureResult result = cured.result();
    Stage rewritten = result.stage(Kind.REWRITTEN);
    Stage after = result.stage(Kind.CURED);
    // The rewrite alone takes perplexity from about 5 to 9; training gives more than half of it
    // back.
    assertThat(after.sqnr()).isGreaterThan(rewritten.sqnr());
    assertThat(after.fpChange().orElseThrow().value())
        .isLessThan(rewritten.fpChange().orElseThrow().value() / 2);
    assertThat(rewritten.fpChange().orElseThrow().low()).isPositive();
    assertThat(result.data().heldOut()).isEqualTo(16);
    assertThat(result.data().labels()).isFalse();
    assertThat(result.training().steps()).isEqualTo(STEPS);
    assertThat(result.training().losses()).hasSize(STEPS);
    // All three over the same samples; the proof can be read again.
    assertThat(cured.audits().stream().map(audit -> audit.run().dataSha256()).distinct())
        .containsExactly(result.data().heldOutSha256());
    assertThat(CureResultJson.read(request.report().orElseThrow())).isEqualTo(result);
    RunResult audit = cured.audits().get(0);
    assertThat(audit.model().path()).isEqualTo(request.out().toString());
    assertThat(audit.model().cured()).contains("outeffhop, " + STEPS + " steps");
    assertThat(audit.model().rewrittenTo().orElseThrow()).startsWith("outeffhop at sites");
    assertThat(audit.sites()).allMatch(site -> site.normaliser().equals("softmax1"));
    hasTheInterfaceOfTheOriginal(request.out());
  }

  @Test
  @Tag("reliability")
  void throughQuantizersGridsAndTheDeployableModelLieBesideIt() throws IOException {
    CureRequest floats = small(request(3));
    CureRun.run(floats, RunProgress.SILENT);
    byte[] inFloats = Files.readAllBytes(floats.out());
    CureRequest request = floats.withScheme("w4a8").throughScheme("w4a8");
    CureResult result = CureRun.run(request, RunProgress.SILENT).result();
    assertThat(result.scheme()).isEqualTo("w4a8");
    assertThat(result.training().recipe())
        .contains(new CureResult.Setting("trained through quantizers", "w4a8"));
    assertThat(Files.readAllBytes(request.out())).isNotEqualTo(inFloats);
    assertThat(folder.resolve("cured.encodings.json")).isNotEmptyFile();
    assertThat(OnnxModel.load(folder.resolve("cured.quantized.onnx")).graph().nodes())
        .anyMatch(node -> node.opType().equals("QuantizeLinear"));
  }

  private static void hasTheInterfaceOfTheOriginal(Path file) {
    OnnxModel before = OnnxModel.load(model);
    OnnxModel after = OnnxModel.load(file);
    assertThat(after.graph().inputs()).isEqualTo(before.graph().inputs());
    assertThat(after.graph().outputs()).isEqualTo(before.graph().outputs());
    assertThat(after.opsets()).isEqualTo(before.opsets());
    assertThat(after.metadata()).containsKey(AttentionRewriter.CURE);
  }

  /** The weights after training, without the audits around it. */
  private byte[] trained(CureRequest request) throws IOException {
    OnnxModel original = OnnxModel.load(model);
    CureParts parts = CureParts.of(original, request.samples(), request.heldOut());
    OnnxModel rewritten =
        AttentionRewriter.rewrite(original, request.spec(), request.selection()).model();
    Path file = folder.resolve("trained.onnx");
    try (Trainer.Result result =
        new LoopTrainer(request).train(rewritten, original, parts, RunProgress.SILENT)) {
      result.model().save(file);
    }
    return Files.readAllBytes(file);
  }

  @Test
  void theSameSeedGivesTheSameBitsAlsoFromACheckpoint() throws IOException {
    CureRequest request = small(request(3));
    CureRequest kept = request.with(new LoopPlan(request.loop().schedule(), 4, 0, 3, 0, 2));
    byte[] once = trained(request);
    assertThat(trained(kept.withCheckpoints(false))).isEqualTo(once);
    // The checkpoint after two steps is there until the model is published.
    assertThat(folder.resolve("cured.onnx.checkpoint")).isDirectory();
    assertThatThrownBy(() -> trained(kept.withCheckpoints(false)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("--resume");
    assertThat(trained(kept.withCheckpoints(true))).isEqualTo(once);
  }

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    CureRequest whole = request(3);
    CureRequest request = whole.with(whole.samples().atMost(8));
    Files.writeString(request.out(), "a model of before");
    Trainer failing =
        (student, teacher, parts, progress) -> {
          throw ModelException.doing("training").expected("this").found("that").fix("None.");
        };
    assertThatThrownBy(() -> CureRun.run(request, RunProgress.SILENT, failing))
        .isInstanceOf(ModelException.class);
    assertThat(request.out()).hasContent("a model of before");
    assertThat(request.report().orElseThrow()).doesNotExist();
    assertThat(folder.toFile().list()).containsExactly("cured.onnx");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsFoundBeforeAnythingIsTrained() throws IOException {
    CureRequest request = small(request(3));
    Files.createDirectories(request.out());
    Trainer never =
        (student, teacher, parts, progress) -> {
          throw new AssertionError("trained for nothing");
        };
    assertThatThrownBy(() -> CureRun.run(request, RunProgress.SILENT, never))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(request.out().toString())
        .hasStackTraceContaining("it is a folder");
  }

  @Test
  void aCheckpointThatIsNotToBeGoneOnFromIsFoundBeforeAnythingIsMeasured() throws IOException {
    CureRequest request = small(request(3)).withCheckpoints(false);
    Path checkpoints = Files.createDirectory(folder.resolve("cured.onnx.checkpoint"));
    Files.writeString(checkpoints.resolve("checkpoint.safetensors"), "hours of work");
    RunProgress untouched =
        (stage, done, total) -> {
          throw new AssertionError("measured for nothing");
        };
    assertThatThrownBy(() -> CureRun.run(request, untouched))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("--resume");
    assertThat(checkpoints.resolve("checkpoint.safetensors")).hasContent("hours of work");
  }

  @Test
  void refusesWhatCannotBeCured() throws IOException {
    CureRequest plain = request(3);
    assertThatThrownBy(
            () -> CureRun.run(plain.with(Samples.DEFAULT.atMost(16)), RunProgress.SILENT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("--data");
    assertThatThrownBy(() -> CureRun.run(plain.with(plain.samples().atMost(4)), RunProgress.SILENT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("at least 8 samples for the proof");
    CureRequest vanilla =
        CureRequest.of(model, folder.resolve("cured.onnx"), Method.VANILLA).withData(training);
    assertThatThrownBy(() -> CureRun.run(vanilla, RunProgress.SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vanilla");
    assertThat(folder.toFile().list()).isEmpty();
  }

  @Test
  void withoutDataForTheProofTwoTenthsAreKeptAndNeverTrainedOn() {
    Samples asked = Samples.DEFAULT.withData(DataSpec.of(training));
    OnnxModel original = OnnxModel.load(model);
    CureParts parts = CureParts.of(original, asked, Optional.empty());
    Set<String> trained = new HashSet<>(rows(parts.trainingSource()));
    List<String> proof = rows(parts.heldOutSource());
    long all = asked.open(original).count();
    assertThat(parts.trainingSource().count() + parts.heldOutSource().count()).isEqualTo(all);
    assertThat(parts.heldOutSource().count()).isBetween(all / 6, all / 4);
    assertThat(trained).doesNotContainAnyElementsOf(proof);
    // Ranges are found on samples of training.
    assertThat(trained).containsAll(rows(parts.heldOut().openCalibration(original, 32)));
  }

  /** The tokens of each sample. */
  private static List<String> rows(DataSource source) {
    List<String> rows = new ArrayList<>();
    for (Iterator<Batch> batches = source.batches(); batches.hasNext(); ) {
      Batch batch = batches.next();
      long[] ids = batch.inputs().values().iterator().next().toLongs();
      int width = ids.length / batch.rows();
      for (int row = 0; row < batch.samples(); row++) {
        rows.add(Arrays.toString(Arrays.copyOfRange(ids, row * width, (row + 1) * width)));
      }
    }
    return rows;
  }
}
