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
    if (!options.contains("--samples")) {
      args.addAll(List.of("--samples", "32"));
    }
    args.addAll(List.of("--calibration-batches", "4"));
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
    // On 32 samples a draw need not show the gain beyond doubt.
    String options = " --samples 128 --no-sensitivity --remedy rotate --format json -o ";
    Run run = heal(data + options + target);
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

  /**
   * The bits stay, and so does the model: the settings beside it are the repair. An audit of a part
   * of the data calibrates on that part too, half of what heal had, so that outputs are as near the
   * float model's to a decibel or two and not to the bit.
   */
  @Test
  void finerGridsAreWrittenAsExceptionsWithWhichAnAuditIsAsGood() throws IOException {
    Path target = folder.resolve("scales.onnx");
    Run run =
        heal(data + " --no-sensitivity --auto --remedy exceptions --format json -o " + target);
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode healed = new ObjectMapper().readTree(run.out());
    assertThat(healed.at("/steps/0/verdict").asText()).isEqualTo("kept");
    assertThat(healed.at("/held_out/after/sqnr").asDouble())
        .isGreaterThan(healed.at("/held_out/before/sqnr").asDouble() + 6);
    Path exceptions = folder.resolve("scales.onnx.exceptions.json");
    assertThat(exceptions).content().contains("=per-token");
    double with = auditedSqnr(target, "--exceptions", exceptions.toString());
    double without = auditedSqnr(target);
    double after = healed.at("/held_out/after/sqnr").asDouble();
    assertThat(with).isGreaterThan(without + 6);
    assertThat(with).isBetween(after - 2, after + 2);
  }

  /** SQNR of the outputs in an audit of the part of the data that heal judges by. */
  private static double auditedSqnr(Path target, String... options) throws IOException {
    List<String> args = new ArrayList<>(List.of("audit", target.toString(), "--quiet"));
    args.addAll(List.of(data.split(" ", -1)));
    args.addAll(List.of("--samples", "32", "--calibration-batches", "4", "--shard", "1/2"));
    args.addAll(List.of("--format", "json", "--out", folder.resolve("audit").toString()));
    args.addAll(List.of(options));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream talk = new ByteArrayOutputStream();
    int code = Main.run(out, talk, args.toArray(String[]::new));
    assertThat(code).as(talk.toString(StandardCharsets.UTF_8)).isZero();
    JsonNode audit = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
    for (JsonNode score : audit.at("/task/agreement")) {
      if (score.at("/id").asText().equals("sqnr")) {
        return score.at("/value").asDouble();
      }
    }
    throw new AssertionError("no SQNR in " + audit.at("/task/agreement"));
  }

  @Test
  void withoutATargetOnlyTheReportIsWritten() {
    Run run = heal(data + " --time-limit 1s");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Diagnosis:")
        .contains("Where it hurts")
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
