package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.cli.reference.ReferenceModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private String run(int code, String... args) {
    out.reset();
    err.reset();
    assertThat(Main.run(out, err, args)).as("%s", err).isEqualTo(code);
    return out.toString(StandardCharsets.UTF_8);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String in(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void comparesModelsAndTheResultsTheyLeft() throws IOException {
    ReferenceModels models = ReferenceModels.unpack(folder.resolve("models"));
    String heldOut = models.heldOut().toString();
    String first = models.vanilla().toString();
    String second = models.softmax1().toString();
    String[] audit = {"audit", first, "--data", heldOut, "--samples", "8", "--out", in("a")};
    run(0, audit);
    String text =
        run(
            0,
            "compare",
            "opt/vanilla=" + in("a"),
            "opt/outeffhop=" + second,
            "--data",
            heldOut,
            "--samples",
            "8",
            "--no-time",
            "--out",
            in("c"));
    assertThat(text)
        .contains("against vanilla", "outeffhop", "avg. kurtosis", "compare.csv")
        .doesNotContain("time (ratio)");
    assertThat(text.lines().filter(line -> line.startsWith("opt: "))).hasSize(1);
    try (Stream<Path> files = Files.list(folder.resolve("c"))) {
      assertThat(files.map(f -> String.valueOf(f.getFileName())))
          .contains("compare.html", "compare.md", "compare.csv", "compare.tex", "compare.json")
          .noneMatch(name -> name.endsWith(".tmp"));
    }
  }

  @Test
  void rewritesOneModelToEachMethodAndLeavesNoModelBehind() throws IOException {
    ReferenceModels models = ReferenceModels.unpack(folder.resolve("models"));
    String text =
        run(
            0,
            "compare",
            models.vanilla().toString(),
            "--methods",
            "vanilla,outeffhop,gated_attention,softmax_n:n=1",
            "--data",
            models.heldOut().toString(),
            "--samples",
            "8",
            "--out",
            in("c"));
    assertThat(text)
        .contains("trained", "rewritten to outeffhop", "rewritten to gated_attention")
        .contains("softmax_n:n=1", "time (ratio)");
    assertThat(Files.readString(folder.resolve("c/compare.html"))).contains("softmax_n:n=1");
    try (Stream<Path> beside = Files.list(folder)) {
      assertThat(beside.map(f -> String.valueOf(f.getFileName())))
          .contains("c")
          .noneMatch(name -> name.startsWith(".tailgate"));
    }
  }

  @Test
  void refusesWhatCannotBeComparedBeforeAnythingRuns() {
    run(2, "compare", "one.onnx");
    assertThat(errors()).contains("two or more models or results, or one model with --methods");
    run(2, "compare", "a.onnx", "b.onnx", "--methods", "outeffhop");
    assertThat(errors()).contains("--methods expects one ONNX model");
    run(2, "compare", "a.onnx", "--methods", "softmax_n");
    assertThat(errors()).contains("softmax_n needs --n", "as in softmax_n:n=1");
    run(2, "compare", "a.onnx", "--methods", "outeffhop:n=1");
    assertThat(errors()).contains("outeffhop:n=1", "--n goes with softmax_n");
    run(2, "compare", "a.onnx", "--methods", "softmax_n:m=1");
    assertThat(errors()).contains("expected METHOD:NAME=VALUE");
    run(2, "compare", "a.onnx", "--methods", "softmax_n:n=one");
    assertThat(errors()).contains("softmax_n:n=one");
    run(2, "compare", "a/b/c=x.json", "y.json");
    assertThat(errors()).contains("expected [family/]method[@seed]=PATH");
  }

  @Test
  void saysWhichFileIsNoResult() throws IOException {
    Files.writeString(folder.resolve("x.json"), "{}");
    run(3, "compare", in("x.json"), in("x.json"), "--out", in("c"));
    assertThat(errors()).contains("x.json", "reading a run result");
    run(3, "compare", in("."), in("x.json"), "--out", in("c"));
    assertThat(errors()).contains("expected a result.json in the folder");
    assertThat(folder.resolve("c")).doesNotExist();
  }
}
