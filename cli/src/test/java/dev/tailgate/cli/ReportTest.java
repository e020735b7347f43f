package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir static Path audited;
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void audits() {
    ByteArrayOutputStream nothing = new ByteArrayOutputStream();
    int code =
        Main.run(
            nothing, nothing, "audit", "--samples", "4", "--out", audited.toString(), "--quiet");
    assertThat(code).as("%s", nothing).isZero();
  }

  private int report(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "report";
    System.arraycopy(words, 0, all, 1, words.length);
    return Main.run(out, err, all);
  }

  @Test
  void writesTheSamePageAsTheAuditAndLeavesTheResults() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("copy"));
    for (String name : new String[] {"result.json", "result-2.json"}) {
      Files.copy(audited.resolve(name), copy.resolve(name));
    }
    assertThat(report(copy.toString())).isZero();
    assertThat(copy.resolve("report.html")).hasSameBinaryContentAs(audited.resolve("report.html"));
    assertThat(copy.resolve("result.json")).hasSameBinaryContentAs(audited.resolve("result.json"));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("What goes with it:")
        .endsWith("wrote " + copy.resolve("report.html") + "\n");
  }

  @Test
  void putsSeveralResultsBesideEachOtherInAFolderOfTheirOwn() {
    String vanilla = audited.resolve("result.json").toString();
    String softmax1 = audited.resolve("result-2.json").toString();
    assertThat(report(softmax1, vanilla)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("several results need --out");
    Path to = folder.resolve("both");
    assertThat(report(softmax1, vanilla, "--out", to.toString())).isZero();
    assertThat(to.resolve("report.html"))
        .content()
        .contains("<h1>softmax1.onnx</h1>", "Beside it, vanilla.onnx.");
    assertThat(to.resolve("result.json")).doesNotExist();
  }

  @Test
  void writesNothingForAFileThatIsNoResult() throws IOException {
    Path broken = Files.writeString(folder.resolve("result.json"), "{\"schema_version\": 1}");
    assertThat(report(broken.toString())).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(broken.toString());
    assertThat(folder.resolve("report.html")).doesNotExist();
  }
}
