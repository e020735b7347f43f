package dev.tailgate.run.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.onnx.TestDataSetSource;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.ModelRunException;
import dev.tailgate.engine.RunnerOptions.Optimization;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.onnx.rewrite.fused.FusedRules;
import dev.tailgate.onnx.rewrite.fused.OperatorRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Unfusing the exported models that lie beside the project, where they do. */
class SharedFusedModelsTest {
  // Tests run in the folder of the module.
  private static final Path MODELS = Path.of("../../../shared/data/models");

  static Stream<Path> exported() throws IOException {
    return models("fused", ".*\\.onnx");
  }

  static Stream<Path> vectors() throws IOException {
    return models("onnx-node", "test_attention.*(?<!_expanded)");
  }

  /** What lies in the folder, or the folder where it is not there: the test is then skipped. */
  private static Stream<Path> models(String folder, String pattern) throws IOException {
    Path at = MODELS.resolve(folder);
    if (!Files.isDirectory(at)) {
      return Stream.of(at);
    }
    try (Stream<Path> files = Files.list(at)) {
      return files
          .filter(file -> file.getFileName().toString().matches(pattern))
          .sorted()
          .toList()
          .stream();
    }
  }

  /** Every fused attention that a rule of {@code effect} takes, rewritten. */
  private static OnnxModel rewrite(OnnxModel model, Effect effect, NormaliserSpec spec) {
    RewriteScope scope = RewriteScope.open(model, "test", 0);
    for (OnnxNode node : model.graph().nodes()) {
      for (OperatorRule rule : FusedRules.ALL) {
        if (rule.effect() == effect
            && rule.examine(scope, node, spec) instanceof Decision.Applies) {
          rule.apply(scope, node, spec);
          break;
        }
      }
    }
    Assumptions.assumeTrue(scope.nextGroup() > 0, "no rule takes an attention of this model");
    return scope.commit();
  }

  @ParameterizedTest
  @MethodSource("exported")
  void exportedModelComputesTheSameUnfused(Path file) {
    Assumptions.assumeTrue(Files.exists(file), "no shared models");
    OnnxModel model = OnnxModel.load(file);
    OnnxModel unfused = rewrite(model, Effect.EQUIVALENT, SoftmaxSpec.SOFTMAX);
    assertThat(AttentionFinder.find(unfused).sites()).isNotEmpty();
    Batch batch = DataSources.open(model, DataRequest.synthetic(2, 2, 8, 7)).batches().next();
    Map<String, Tensor> expected = runOrSkip(model, batch.inputs());
    compare(expected, Rewriting.run(unfused, batch.inputs(), Optimization.NONE));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void testVectorOfTheOperatorIsMetUnfused(Path folder) {
    Assumptions.assumeTrue(Files.isDirectory(folder), "no shared models");
    OnnxModel model = OnnxModel.load(folder.resolve("model.onnx"));
    OnnxModel unfused = rewrite(model, Effect.EQUIVALENT, SoftmaxSpec.SOFTMAX);
    assertThat(AttentionFinder.find(unfused).sites()).hasSize(1);
    Batch batch =
        new TestDataSetSource(model, DataRequest.synthetic(1, 1, 8, 7), folder).batches().next();
    compare(
        runOrSkip(model, batch.inputs()),
        Rewriting.run(unfused, batch.inputs(), Optimization.NONE));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void testVectorOfTheOperatorRunsWithASink(Path folder) {
    Assumptions.assumeTrue(Files.isDirectory(folder), "no shared models");
    OnnxModel model = OnnxModel.load(folder.resolve("model.onnx"));
    OnnxModel changed = rewrite(model, Effect.CHANGES_FUNCTION, SoftmaxSpec.SOFTMAX1);
    Batch batch =
        new TestDataSetSource(model, DataRequest.synthetic(1, 1, 8, 7), folder).batches().next();
    Map<String, Tensor> before = runOrSkip(model, batch.inputs());
    Map<String, Tensor> after = Rewriting.run(changed, batch.inputs(), Optimization.NONE);
    before.forEach((name, tensor) -> assertThat(after.get(name).shape()).isEqualTo(tensor.shape()));
    assertThat(after).isNotEqualTo(before);
  }

  private static Map<String, Tensor> runOrSkip(OnnxModel model, Map<String, Tensor> feeds) {
    try {
      return Rewriting.run(model, feeds, Optimization.NONE);
    } catch (ModelRunException e) {
      Assumptions.abort("ONNX Runtime does not run the original: " + e.getMessage());
      return Map.of();
    }
  }

  private static void compare(Map<String, Tensor> expected, Map<String, Tensor> found) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    for (String name : List.copyOf(expected.keySet())) {
      Rewriting.assertAlike(found.get(name), expected.get(name));
    }
  }
}
