package dev.tailgate.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.cli.reference.ReferenceModels;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of docs/library.md are the code that runs here. */
class LibraryPageTest {
  private static final Path PAGE = Path.of("../docs/library.md");
  private static final Path SOURCES = Path.of("src/test/java/dev/tailgate/example");

  @TempDir private Path folder;

  /** To accept a change: {@code mvn -pl cli -am test -Dgolden.accept=true}. */
  @ParameterizedTest
  @ValueSource(strings = {"AuditInATest", "GateInABuild", "RewriteAModel"})
  void theManualShowsTheCode(String example) throws IOException {
    String code = Files.readString(SOURCES.resolve(example + ".java"));
    String shown = "```java\n" + code.substring(code.indexOf("import ")) + "```\n";
    String page = Files.readString(PAGE);
    int from = page.indexOf("```java\n", page.indexOf("<!-- " + example + " -->"));
    assertThat(from).as("the place of %s in the manual", example).isPositive();
    int to = page.indexOf("```\n", from + 8) + 4;
    if (Boolean.getBoolean("golden.accept")) {
      Files.writeString(PAGE, page.substring(0, from) + shown + page.substring(to));
    } else {
      assertThat(page.substring(from, to)).isEqualTo(shown);
    }
  }

  @Test
  void theGateComparesWithABaseline() throws IOException {
    ReferenceModels models = ReferenceModels.unpack(folder);
    String data = models.heldOut().toString();
    String baseline = folder.resolve("base/result.json").toString();
    // The first run has nothing to compare with yet, but leaves the result that serves as such.
    assertThatThrownBy(() -> gate(models.softmax1(), data, "base", baseline + ".none"))
        .hasMessageContaining("result.json.none");
    gate(models.softmax1(), data, "again", baseline);
    assertThat(folder.resolve("again/report.html")).exists();
    assertThatThrownBy(() -> gate(models.vanilla(), data, "other", baseline))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("FAIL: ");
  }

  private void gate(Path model, String data, String out, String baseline) throws IOException {
    GateInABuild.main(
        new String[] {model.toString(), data, folder.resolve(out).toString(), baseline});
  }

  @Test
  void theRewriteGivesSoftmax1() {
    Path out = folder.resolve("rewritten.onnx");
    RewriteAModel.main(
        new String[] {ReferenceModels.unpack(folder).vanilla().toString(), out.toString()});
    assertThat(AttentionFinder.find(OnnxModel.load(out)).sites())
        .hasSize(3)
        .allSatisfy(site -> assertThat(site.normaliser().label()).isEqualTo("softmax1"));
  }
}
