package dev.tailgate.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.FirstRows;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.RewriteReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of docs/library.md are the code that runs here. */
class LibraryPageTest {
  private static final Path PAGE = Path.of("../docs/library.md");
  private static final Path SOURCES = Path.of("src/test/java/dev/tailgate/example");

  @TempDir private Path folder;

  /** To accept a change: {@code mvn -pl library -am test -Dgolden.accept=true}. */
  @ParameterizedTest
  @ValueSource(strings = {"EveryCall", "GateInABuild"})
  void theManualShowsTheCode(String example) throws IOException {
    String shown =
        "```java\n" + shown(Files.readString(SOURCES.resolve(example + ".java"))) + "```\n";
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

  /** The lines between two marks, or all from the imports on. */
  private static String shown(String code) {
    int mark = code.indexOf("// <page>\n");
    if (mark < 0) {
      return code.substring(code.indexOf("import "));
    }
    return code.substring(mark + 10, code.indexOf("    // </page>"))
        .lines()
        .map(line -> line.substring(4) + "\n")
        .collect(Collectors.joining());
  }

  /** A number of types that fits into a head; the table of docs/library.md names them. */
  @Test
  void aGateNeedsFiveTypesOfOurs() throws IOException {
    assertThat(Files.readAllLines(SOURCES.resolve("GateInABuild.java")))
        .filteredOn(line -> line.startsWith("import dev.tailgate."))
        .hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void everyCallGivesItsRecordAndPrintsNothing() throws IOException {
    Path model = ReferenceModel.unpack("opt", "vanilla-1.onnx", folder);
    Path data = FirstRows.keep(ReferenceModel.unpack("opt", "heldout.npz", folder), 64);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    EveryCall.Records records;
    try {
      records = EveryCall.run(model, data, folder.resolve("out"), RunProgress.SILENT);
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(records.inspection().sites()).hasSize(records.audit().headline().sites());
    assertThat(records.rewrite().sites()).allMatch(RewriteReport.Site::rewritten);
    assertThat(records.quantize().products()).allMatch(product -> product.runsInIntegers());
    assertThat(records.healed().result().findings()).isNotEmpty();
    assertThat(records.comparison().models()).isEqualTo(2);
    assertThat(records.gate().rules()).isNotEmpty();
    assertThat(records.page()).exists().hasFileName("report.html");
  }

  @Test
  void theGateComparesWithABaseline() throws IOException {
    Path softmax1 = ReferenceModel.unpack("softmax1.onnx", folder);
    Path vanilla = ReferenceModel.unpack("vanilla.onnx", folder);
    String data = FirstRows.keep(ReferenceModel.unpack("heldout.npz", folder), 64).toString();
    String baseline = folder.resolve("base/result.json").toString();
    // The first run has nothing to compare with yet, but leaves the result that serves as such.
    assertThatThrownBy(() -> gate(softmax1, data, "base", baseline + ".none"))
        .hasMessageContaining("result.json.none");
    gate(softmax1, data, "again", baseline);
    assertThat(folder.resolve("again/report.html")).exists();
    assertThatThrownBy(() -> gate(vanilla, data, "other", baseline))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("FAIL: ");
  }

  private void gate(Path model, String data, String out, String baseline) {
    GateInABuild.main(
        new String[] {model.toString(), data, folder.resolve(out).toString(), baseline});
  }
}
