package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Batch;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelProfileTest {
  private static final RunnerOptions PLAIN =
      ReferenceModel.CPU.with(RunnerOptions.Optimization.NONE);

  @TempDir Path folder;

  private static Batch batch(OnnxModel model) {
    return ReferenceModel.madeUp(model, 1, 1, 8).batches().next();
  }

  @Test
  void withoutOptimisationTheKernelsAreTheOperatorsOfTheFile() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    Map<String, Integer> kernels = KernelProfile.of(model, batch(model).inputs(), PLAIN);
    for (String operator : List.of("Softmax", "MatMul", "Gather")) {
      long nodes = model.graph().nodes().stream().filter(n -> n.is(operator)).count();
      assertThat((long) kernels.getOrDefault(operator, 0)).as(operator).isEqualTo(nodes);
    }
    assertThat(kernels.get("Softmax")).isEqualTo(3);
  }

  @Test
  void optimisationMakesFewerKernels() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    int plain = total(KernelProfile.of(model, batch(model).inputs(), PLAIN));
    assertThat(total(KernelProfile.of(model, batch(model).inputs(), ReferenceModel.CPU)))
        .isLessThan(plain);
  }

  private static int total(Map<String, Integer> kernels) {
    return kernels.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Test
  void nothingIsLeftInTheTemporaryFolderWhetherOrNotTheModelRan() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    Set<String> before = leftovers();
    assertThat(KernelProfile.of(model, batch(model).inputs(), PLAIN)).isNotEmpty();
    Tensor flat = Tensor.ofLongs(new long[] {1}, 1);
    Batch wrong = new Batch(0, 1, Map.of("input_ids", flat), Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> KernelProfile.of(model, wrong.inputs(), PLAIN))
        .isInstanceOf(ModelRunException.class);
    assertThat(leftovers()).isEqualTo(before);
  }

  private static Set<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("tailgate-profile"))
          .collect(Collectors.toSet());
    }
  }
}
