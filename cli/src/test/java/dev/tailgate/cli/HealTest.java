package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailgate.cli.reference.ReferenceFamily;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealTest {
  @TempDir private static Path folder;
  private static String model = "";
  private static String data = "";

  private record Run(int code, String out, String err) {}

  @BeforeAll
  static void unpack() {
    ReferenceFamily.Unpacked files = ReferenceFamily.OPT.unpack(folder.resolve("models"));
    model = files.model("vanilla", 1).toString();
    data = "--data " + files.heldOut() + " --calibration-data " + files.calibration();
  }

  private static Run heal(String options) {
    List<String> args = new ArrayList<>(List.of("heal", model, "--quiet"));
    args.addAll(List.of("--samples", "32", "--calibration-batches", "4"));
    args.addAll(List.of("--out", folder.resolve("out").toString()));
    args.addAll(List.of(options.split(" ", -1)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream talk = new ByteArrayOutputStream();
    int code = Main.run(out, talk, args.toArray(String[]::new));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), talk.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aTurnedStreamIsWrittenWithItsAuditAndHelpsOnOtherSamples() throws IOException {
    Path target = folder.resolve("healed.onnx");
    Run run = heal(data + " --no-sensitivity --remedy rotate --format json -o " + target);
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(result.at("/steps/0/verdict").asText()).isEqualTo("kept");
    // Rounding of float32 weights only.
    assertThat(result.at("/steps/0/floating/sqnr").asDouble()).isGreaterThan(100);
    assertThat(result.at("/held_out/gain/high").asDouble()).isNegative();
    assertThat(result.at("/findings")).isNotEmpty();
    assertThat(target).exists();
    assertThat(folder.resolve("out/report.html")).exists();
    assertThat(folder.resolve("out/heal.json")).hasContent(run.out());
  }

  @Test
  void exceptionsOfASearchAreReadByQuantize() throws IOException {
    Run run =
        heal(
            data
                + " --no-sensitivity --max-drop 5% --allow float --placement transformer"
                + " --scheme w4a8");
    assertThat(run.code()).as(run.err()).isZero();
    Path file = folder.resolve("out/exceptions.json");
    assertThat(run.out())
        .contains("--exclude")
        .contains("tailgate quantize")
        .contains(file.toString());
    Path quantized = folder.resolve("quantized.onnx");
    List<String> args = new ArrayList<>(List.of("quantize", model, "--quiet", "--scheme", "w4a8"));
    args.addAll(List.of(data.split(" ", -1)));
    args.addAll(List.of("--exceptions", file.toString(), "-o", quantized.toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream talk = new ByteArrayOutputStream();
    int code = Main.run(out, talk, args.toArray(String[]::new));
    assertThat(code).as(talk.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("excluded by name:");
    Files.delete(file);
  }

  @Test
  void withoutATargetOnlyTheReportIsWritten() {
    Run run = heal(data + " --time-limit 1s");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Diagnosis:")
        .contains("Where it hurts")
        .contains("stopped at its time limit")
        .doesNotContain("To quantize it");
  }

  @Test
  void badInputEndsWithItsExitCode() {
    assertThat(heal("--no-sensitivity").code()).isEqualTo(3);
    assertThat(heal(data + " -o " + model).code()).isEqualTo(2);
    assertThat(heal(data + " --remedy snakeoil").code()).isEqualTo(2);
    assertThat(heal(data + " --max-drop lots").code()).isEqualTo(2);
    assertThat(heal(data + " --time-limit soon").code()).isEqualTo(2);
    Run unlabelled = heal(data + " --task agreement --no-sensitivity --max-drop 1");
    assertThat(unlabelled.code()).isEqualTo(3);
    assertThat(unlabelled.err()).contains("labels");
  }
}
