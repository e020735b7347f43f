package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRunnerTest {
  @TempDir Path folder;

  private static Map<String, Tensor> ids(long... ids) {
    return Map.of("input_ids", Tensor.ofLongs(ids, 1, ids.length));
  }

  @Test
  void runsWithWeightsLeftInTheModelFile() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    try (ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU)) {
      Tensor logits = runner.run(ids(1, 2, 3), Set.of("logits")).get("logits");
      assertThat(logits.shape()).startsWith(1, 3);
      assertThat(model.toSessionBytes().length)
          .isLessThan((int) (Files.size(folder.resolve("vanilla.onnx")) / 2));
    }
  }

  @Test
  void leavesNothingInTheTemporaryFolder() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    try (ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU)) {
      assertThat(runner.run(ids(1), Set.of("logits"))).isNotEmpty();
      long start = ManagementFactory.getRuntimeMXBean().getStartTime();
      try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
        // Other processes may leave theirs; only folders of this one count.
        assertThat(files)
            .noneMatch(
                file ->
                    file.getFileName().toString().startsWith("onnxruntime-java")
                        && file.toFile().lastModified() >= start);
      }
    }
  }

  @Test
  void outputsAreHandedOutOneByOneInTheOrderAskedFor() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    String inner = model.graph().nodes().get(model.graph().nodes().size() - 1).input(0);
    for (Set<String> order :
        List.<Set<String>>of(
            new LinkedHashSet<>(List.of("logits", inner)),
            new LinkedHashSet<>(List.of(inner, "logits")))) {
      try (ModelRunner runner = ModelRunner.open(model.exposing(order), ReferenceModel.CPU)) {
        Map<String, Tensor> all = runner.run(ids(1, 2, 3), order);
        Map<String, Tensor> heard = new LinkedHashMap<>();
        runner.run(ids(1, 2, 3), order, heard::put);
        assertThat(List.copyOf(heard.keySet())).isEqualTo(List.copyOf(order));
        assertThat(heard).isEqualTo(all);
        assertThatThrownBy(
                () ->
                    runner.run(
                        ids(1),
                        order,
                        (name, tensor) -> {
                          throw new IllegalStateException(name);
                        }))
            .isInstanceOf(IllegalStateException.class);
        assertThat(runner.run(ids(1, 2, 3), order)).isEqualTo(all);
      }
    }
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // closing by hand is what is tested
  void closingTwiceIsHarmlessAndRunningAfterwardsIsRefused() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU);
    runner.close();
    runner.close();
    assertThatThrownBy(() -> runner.run(ids(1), Set.of("logits")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void wrongShapesAreReportedWithWhatTheRuntimeSaid() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    try (ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU)) {
      Map<String, Tensor> wrong = Map.of("input_ids", Tensor.ofLongs(new long[] {1}, 1));
      assertThatThrownBy(() -> runner.run(wrong, Set.of("logits")))
          .isInstanceOf(ModelRunException.class)
          .hasMessageContaining("ONNX Runtime says");
    }
  }

  @Test
  void cudaThatIsAbsentIsAnErrorAndNeverReplaced() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    RunnerOptions cuda =
        new RunnerOptions(ExecutionProvider.CUDA, 1, RunnerOptions.Optimization.FLOAT_ONLY);
    Assumptions.assumeFalse(Files.exists(Path.of("/dev/nvidia0")), "a GPU is at hand");
    assertThatThrownBy(() -> ModelRunner.open(model, cuda).close())
        .isInstanceOf(RuntimeUnavailableException.class)
        .hasMessageContaining("--ep cpu");
  }
}
