package dev.tailgate.run.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.FamilyResult;
import dev.tailgate.result.json.FamilyResultJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A family of a few steps: its files, its records, and how it goes on. */
class FamilyRunTest {
  private static final List<Method> METHODS = List.of(Method.VANILLA, Method.GATED_OUTEFFHOP);

  @TempDir Path folder;

  private static Recipe recipe(int steps) {
    try {
      String text =
          Files.readString(Path.of("../../testdata/recipes/opt.yaml"))
              .replace("steps: 5000", "steps: " + steps)
              .replace("warmup: 100", "warmup: 2")
              .replace("layers: 2", "layers: 1");
      return RecipeFile.parse(text, "a test");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private FamilyRequest request(String name, int jobs) {
    return FamilyRequest.of(recipe(40), folder.resolve(name))
        .with(METHODS, List.of(1, 2))
        .withJobs(jobs);
  }

  private static List<byte[]> files(Path out) throws IOException {
    List<byte[]> files = new ArrayList<>();
    try (Stream<Path> found = Files.list(out)) {
      for (Path file : found.sorted().toList()) {
        if (!file.endsWith(FamilyRun.FILE)) {
          files.add(Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  /** What is said, one line each; asked to end when one says {@code last}. */
  private static RunProgress until(List<String> lines, String last) {
    return new RunProgress() {
      @Override
      public void at(String stage, long done, long total) {}

      @Override
      public void say(String line) {
        lines.add(line);
      }

      @Override
      public boolean cancelled() {
        return lines.stream().anyMatch(line -> line.startsWith(last));
      }
    };
  }

  @Test
  void modelsDoNotDependOnWhatRunsBesideThemNorOnBreaks() throws IOException {
    FamilyResult result = FamilyRun.run(request("two", 2), RunProgress.SILENT);
    assertThat(result.models()).hasSize(4);
    Path two = folder.resolve("two");
    assertThat(FamilyResultJson.read(Files.readString(two.resolve(FamilyRun.FILE))))
        .isEqualTo(result);
    for (FamilyResult.Model model : result.models()) {
      assertThat(Sha256.of(two.resolve(model.file()))).isEqualTo(model.sha256());
      assertThat(model.steps()).isEqualTo(40);
      // An even guess among 32 symbols is a perplexity of 32; a little was learnt.
      assertThat(model.floating()).isBetween(result.floor().orElseThrow(), 31.0);
    }

    List<String> lines = new ArrayList<>();
    assertThatThrownBy(
            () -> FamilyRun.run(request("broken", 1), until(lines, "gated_outeffhop-1: loss")))
        .isInstanceOf(CancellationException.class);
    Path broken = folder.resolve("broken");
    FamilyResult part = FamilyResultJson.read(Files.readString(broken.resolve(FamilyRun.FILE)));
    assertThat(part.models()).extracting(FamilyResult.Model::seed).containsExactly(1, 1);
    FamilyResult rest = FamilyRun.run(request("broken", 1), RunProgress.SILENT);
    assertThat(rest.models()).hasSize(4).containsAll(part.models());
    assertThat(files(broken)).containsExactlyElementsOf(files(two));
  }

  @Test
  void allMethodsOfASeedBeginWithTheSameWeights() {
    OnnxModel vanilla = new FamilyMember(recipe(1), Method.VANILLA, 3).untrained();
    OnnxModel gated = new FamilyMember(recipe(1), Method.GATED_OUTEFFHOP, 3).untrained();
    OnnxModel other = new FamilyMember(recipe(1), Method.VANILLA, 4).untrained();
    int same = 0;
    int changed = 0;
    for (ConstantTensor weight : vanilla.graph().initializers().values()) {
      int bytes = Math.toIntExact(weight.data().byteLength());
      assertThat(gated.graph().initializers()).containsKey(weight.name());
      assertThat(gated.graph().initializers().get(weight.name()).data().read(0, bytes))
          .isEqualTo(weight.data().read(0, bytes));
      same++;
      changed +=
          other
                  .graph()
                  .initializers()
                  .get(weight.name())
                  .data()
                  .read(0, bytes)
                  .equals(weight.data().read(0, bytes))
              ? 0
              : 1;
    }
    assertThat(same).isGreaterThan(10);
    assertThat(changed).isGreaterThan(5);
  }

  @Test
  void anotherRecipeBeginsAnew() {
    Path out = folder.resolve("changed");
    FamilyRequest first =
        FamilyRequest.of(recipe(2), out).with(List.of(Method.VANILLA), List.of(1));
    FamilyRun.run(first, RunProgress.SILENT);
    List<String> lines = new ArrayList<>();
    FamilyRequest second =
        FamilyRequest.of(recipe(3), out).with(List.of(Method.VANILLA), List.of(1));
    FamilyResult result = FamilyRun.run(second, until(lines, "never"));
    assertThat(lines).anyMatch(line -> line.contains("another recipe"));
    assertThat(result.models()).extracting(FamilyResult.Model::steps).containsExactly(3L);
  }
}
