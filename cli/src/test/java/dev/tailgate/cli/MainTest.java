package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailgate.cli.reference.ReferenceModels;
import dev.tailgate.cli.version.Versions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir private Path folder;

  private record Run(int code, String out, String err) {}

  private static Run run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(out, err, args);
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void helpIsDataAndListsCommandsAndExitCodes() {
    Run run = run("--help");
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("audit", "inspect", "version", "completion", "glossary", "--debug", "--version")
        .containsPattern("(?m)^ +0 +done")
        .containsPattern("(?m)^ +2 +the command line")
        .containsPattern("(?m)^ +3 +the model or the data")
        .containsPattern("(?m)^ +4 +the environment")
        .containsPattern("(?m)^ +70 +a bug");
  }

  @Test
  void auditHelpNamesEveryFlagWithItsDefault() {
    assertThat(run("audit", "--help").out())
        .contains("--data", "--calibration-data", "--tokenizer", "--seed", "--threads", "--quiet")
        .contains("--[no-]clean-calibration", "--no-quantize", "--ep=EP", "--format=FORMAT")
        .containsPattern("--samples=N[\\s\\S]*Default: all that together have no more than 65536")
        .containsPattern("--samples=N[\\s\\S]*64 made-up")
        .containsPattern("--batch-size=B[^-]*Default: 8\\.")
        .containsPattern("--sequence-length=T[^-]*Default: 128\\.")
        .containsPattern(
            "--taps=PRESET[^-]*auto,\\s+bert,\\s+opt,\\s+vit,\\s+stanhop,\\s+blocks,\\s+all")
        .containsPattern("--range-estimator=E[\\s\\S]*minmax,\\s+running_minmax,\\s+percentile")
        .containsPattern("--percentile=P[\\s\\S]*Default: 99\\.999\\.")
        .containsPattern("--calibration-batches=N[^-]*Default: 16\\.")
        .containsPattern("--out=DIR[^-]*report.html");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "inspekt",
        "inspect",
        "inspect a b",
        "inspect a --format yaml",
        "audit a --samples 0",
        "audit a --batch-size many",
        "audit a --percentile 3",
        "audit a --taps none",
        "audit a --ep tpu",
        "audit a --image-preset holiday",
        "audit a --image-resize fill",
        "audit a --series-split tomorrow",
        "audit a --series-stride 0",
        "audit --data x.npz",
      })
  void wrongCommandLineIsUsage(String line) {
    Run run = run(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tailgate: ").contains("--help'.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "audit"})
  void missingModelIsAModelError(String command) {
    Run run = run(command, folder.resolve("none.onnx").toString(), "--debug");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("none.onnx", "no such file", "ModelException");
  }

  @Test
  void gitLfsPointerIsAModelErrorWithoutStackTrace() throws IOException {
    Path pointer = folder.resolve("pointer.onnx");
    Files.writeString(
        pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    Run run = run("inspect", pointer.toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("Git LFS pointer", "git lfs pull").doesNotContain("\tat ");
  }

  @Test
  void failedAuditWritesNothing() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.onnx"));
    Path out = folder.resolve("out");
    assertThat(run("audit", empty.toString(), "--out", out.toString()).code()).isEqualTo(3);
    assertThat(out).doesNotExist();
  }

  @Test
  void cudaIsRefusedByTheCpuBuild() {
    assumeTrue(new Versions().getVersion()[1].endsWith("(CPU)"));
    String model = ReferenceModels.unpack(folder).vanilla().toString();
    Run run = run("audit", model, "--ep", "cuda", "--out", folder.resolve("out").toString());
    assertThat(run.code()).isEqualTo(4);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).containsIgnoringCase("cuda");
  }

  @Test
  void inspectionIsDataInBothFormats() {
    String model = ReferenceModels.unpack(folder).softmax1().toString();
    Run table = run("inspect", model);
    assertThat(table.code()).isZero();
    assertThat(table.err()).isEmpty();
    assertThat(table.out()).contains("Attention sites: 3", "softmax1", "block_out");
    assertThat(run("inspect", model, "--format", "json").out())
        .startsWith("{")
        .contains("\"not_sites\"", "\"normaliser\" : \"softmax1\"", "\"external_bytes\" : 0");
  }

  @Test
  void namesCannotSteerTheTerminal() {
    // ASCII only: under the POSIX locale Java cannot name a file with anything else.
    Run run = run("inspect", folder.resolve("red\u001b[31mmodel.onnx").toString());
    assertThat(run.err()).contains("red?[31mmodel.onnx").doesNotContain("\u001b");
  }

  @Test
  void argumentThatBeginsWithAtTwiceIsAFileName() {
    assertThat(run("inspect", "@@none.onnx").err()).contains("@none.onnx", "no such file");
  }

  @Test
  void outputThatCannotBeWrittenIsNotSuccess() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(Main.run(full, err, "version")).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("standard output");
  }

  @Test
  void versionNamesToolRuntimeAndJava() {
    assertThat(run("version").out()).isEqualTo(run("--version").out());
    assertThat(run("version").out().lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).doesNotContain("unknown", "${"));
  }

  @Test
  void glossaryIsDataInBothFormats() {
    assertThat(run("glossary").out()).startsWith("Metrics\n").contains("tap_kurtosis");
    assertThat(run("glossary", "--format", "json").out())
        .startsWith("{")
        .contains("\"gate_metrics\"");
  }

  @Test
  void completionIsAScript() {
    assertThat(run("completion", "bash").out())
        .startsWith("#!")
        .contains("--range-estimator")
        .isEqualTo(run("completion", "zsh").out());
  }
}
