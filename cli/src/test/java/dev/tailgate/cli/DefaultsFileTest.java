package dev.tailgate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.cli.config.Defaults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A {@code tailgate.yaml} and files of arguments, through the command's entry. */
class DefaultsFileTest {
  @TempDir private Path folder;

  private record Run(int code, String out, String err) {}

  private Run run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(folder, out, err, args);
    return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  @Test
  void bytesThatAreNoTextAreNamed() throws IOException {
    Files.write(folder.resolve("tailgate.yaml"), new byte[] {'a', ':', ' ', (byte) 0xFF});
    Run run = run("glossary");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("tailgate.yaml: expected UTF-8, found bytes that are none");
  }

  private void config(String... lines) throws IOException {
    Files.writeString(folder.resolve("tailgate.yaml"), String.join("\n", lines) + "\n");
  }

  private List<String> arguments(String... args) {
    return Defaults.of(Main::commandLine, folder, args).arguments();
  }

  @Test
  void theCommandLineWinsOverTheCommandAndTheCommandOverAll() throws IOException {
    config("scheme: w4a8", "samples: 32", "seed: 3", "quantize:", "  samples: 16", "  seed: 4");
    assertThat(arguments("quantize", "m.onnx", "-o", "q.onnx", "--seed", "5"))
        .containsExactly(
            "quantize", "--scheme=w4a8", "--samples=16", "m.onnx", "-o", "q.onnx", "--seed", "5");
    assertThat(arguments("audit", "m.onnx"))
        .containsExactly("audit", "--scheme=w4a8", "--samples=32", "--seed=3", "m.onnx");
  }

  @Test
  void flagsListsAndMappingsAreWords() throws IOException {
    config(
        "shuffle: false",
        "quiet: true",
        "embeddings: false",
        "exclude: [layer:0, 'name:*head*']",
        "columns: {text: review, label: stars}");
    assertThat(arguments("audit", "m.onnx"))
        .containsExactly(
            "audit",
            "--no-shuffle",
            "--quiet",
            "--exclude=layer:0",
            "--exclude=name:*head*",
            "--columns=text=review",
            "--columns=label=stars",
            "m.onnx");
  }

  @Test
  void aFlagThatIsGivenTwiceIsStillOn() throws IOException {
    config("quiet: true");
    assertThat(run("gate", "none", "--quiet").err()).doesNotContain("Defaults from");
  }

  @Test
  void whatIsRequiredCanComeFromTheFile() throws IOException {
    config("rewrite:", "  method: clipped_softmax", "  gamma: -0.03");
    Run run = run("rewrite", "none.onnx", "-o", folder.resolve("o.onnx").toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("none.onnx", "no such file");
  }

  @Test
  void pathsAreRelativeToTheFile() throws IOException {
    config("data: dev.npz", "calibration-data: SELECT a FROM 'x.csv'", "out: runs");
    assertThat(arguments("audit", "m.onnx"))
        .contains(
            "--data=" + folder.resolve("dev.npz"),
            "--calibration-data=SELECT a FROM 'x.csv'",
            "--out=" + folder.resolve("runs"));
  }

  @Test
  void dataOfAProjectDoesNotStopWhatRunsWithoutData() throws IOException {
    config("data: dev.npz");
    assertThat(arguments("audit")).containsExactly("audit");
    String[] rewrite = {"rewrite", "m.onnx", "--method", "softpick", "-o", "o.onnx"};
    assertThat(arguments(rewrite)).containsExactly(rewrite);
  }

  @Test
  void aRunSaysThatThereAreDefaultsAndDebugWhich() throws IOException {
    config("# defaults", "format: json");
    Run run = run("glossary");
    assertThat(run.out()).startsWith("{");
    assertThat(run.err()).isEqualTo("Defaults from tailgate.yaml; --no-config ignores them.\n");
    assertThat(run("glossary", "--debug").err()).contains("tailgate.yaml, line 2: --format=json");
    assertThat(run("glossary", "--quiet").err()).isEmpty();
    assertThat(run("glossary", "--no-config").out()).startsWith("Metrics\n");
    assertThat(run("--no-config", "glossary").err()).isEmpty();
  }

  @Test
  void helpAndVersionDoNotReadIt() throws IOException {
    config("nonsense: [");
    assertThat(run("audit", "--help").code()).isZero();
    assertThat(run("--help").code()).isZero();
    assertThat(run("version").code()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "schem: w8a8 | line 1: unknown key 'schem'; the nearest are scheme",
        "heal: {baseline: x} | line 1: unknown key 'baseline'",
        "samples: many | line 1: samples: Invalid value for option '--samples'",
        "taps: none | expected one of auto, bert",
        "quiet: perhaps | line 1: quiet: expected true or false",
        "scheme: [w8a8, w4a8] | line 1: scheme: expected one value",
        "debug: true | line 1: 'debug' is of one run",
        "custom-ops: ops.so | line 1: 'custom-ops' runs native code",
        "quantize: {o: q.onnx} | line 1: 'o' is of one run",
        "audit: w8a8 | line 1: 'audit' is a command",
        "exclude: [[a]] | line 1: 'exclude' expected a value",
        "exclude: [&a x, *a] | line 1: 'exclude' has an alias",
        "'seed: ' | line 1: 'seed' expected a value",
        "exclude: [ | line ",
        "- scheme | line 1: expected options",
        "seed: 1\\nseed: 2 | line 2: 'seed' stands here twice",
        "scheme: w99a1 | tailgate.yaml, line 1: --scheme=w99a1",
      })
  void whatCannotBeFollowedIsUsageWithThePlace(String yaml, String message) throws IOException {
    config(yaml.replace("\\n", "\n"));
    Run run = run("audit", "none.onnx");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("tailgate.yaml", message);
  }

  @Test
  void aFileThatIsTooLongIsNotRead() throws IOException {
    config("#" + "x".repeat(1 << 16));
    assertThat(run("audit", "none.onnx").code()).isEqualTo(2);
    config("exclude: " + "[".repeat(20_000));
    assertThat(run("audit", "none.onnx").code()).isEqualTo(2);
  }

  @Test
  void argumentsComeFromAFile() throws IOException {
    Path file = folder.resolve("my run.args");
    Files.writeString(
        file, "# data\n--data \"my data.npz\" # held out\n'--include=name:a b'\n--seed=3\n");
    assertThat(arguments("audit", "m.onnx", "@" + file))
        .containsExactly(
            "audit", "m.onnx", "--data", "my data.npz", "--include=name:a b", "--seed=3");
    assertThat(arguments("audit", "@@m.onnx")).containsExactly("audit", "@m.onnx");
  }

  @Test
  void aMissingFileOfArgumentsIsUsage() {
    Run run = run("audit", "@none.args");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("@none.args", "no such file", "./@none.args");
  }
}
