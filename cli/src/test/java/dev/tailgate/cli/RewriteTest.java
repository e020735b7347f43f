package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailgate.cli.reference.ReferenceModels;
import dev.tailgate.cli.version.Versions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.Method;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewriteTest {
  @TempDir private Path folder;
  private ReferenceModels models = null;
  private String model = "";
  private String out = "";

  @BeforeEach
  void unpack() {
    models = ReferenceModels.unpack(folder.resolve("models"));
    model = models.vanilla().toString();
    out = folder.resolve("out.onnx").toString();
  }

  private record Run(int code, String out, String err) {}

  private static Run run(List<String> args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(out, err, args.toArray(String[]::new));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Run rewrite(String options) {
    List<String> args = new ArrayList<>(List.of("rewrite", model, "-o", out));
    args.addAll(List.of(options.split(" ", -1)));
    return run(args);
  }

  static Stream<String> methods() {
    return Stream.concat(
        Stream.of(
            "outeffhop",
            "clipped_softmax",
            "clipped_outeffhop --alpha 2",
            "gated_attention --gate mlp --gate-hidden 3",
            "gated_outeffhop --gate all_heads_linear --gate-init 0.25",
            "softmax_n --n 0.5",
            "outeffhop --update-steps 2 --beta 0.4"),
        Arrays.stream(Method.values())
            .filter(method -> method != Method.VANILLA && method.parameters().size() == 1)
            .map(Method::label));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethodRewritesAllSitesAndIsTakenBack(String method) {
    Run run = rewrite("--method " + method);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("3 of 3 sites are " + method.split(" ", -1)[0]).contains(out);
    String kind = Method.valueOf(method.split(" ", -1)[0].toUpperCase(Locale.ROOT)).kind().label();
    assertThat(run(List.of("inspect", out)).out()).contains(kind);
    String back = folder.resolve("back.onnx").toString();
    assertThat(run(List.of("rewrite", out, "--method", "vanilla", "-o", back)).code()).isZero();
    assertThat(OnnxModel.load(Path.of(back)).graph().nodes())
        .hasSameSizeAs(OnnxModel.load(Path.of(model)).graph().nodes());
  }

  @Test
  void verificationComparesWithDoublesAndGivesTheTaskMetricOfBoth() throws IOException {
    Run run =
        rewrite(
            "--method outeffhop --verify --samples 16 --format json --quiet --data "
                + models.heldOut());
    assertThat(run.err()).isEmpty();
    JsonNode report = new ObjectMapper().readTree(run.out());
    assertThat(report.get("rewritten").asInt()).isEqualTo(3);
    for (JsonNode site : report.get("sites")) {
      // Float32 probabilities of up to 64 keys: 24 bits, a few lost in sums.
      assertThat(site.get("check").get("max_difference").asDouble()).isLessThan(1e-6);
      assertThat(site.get("check").get("no_op_mass").asDouble()).isBetween(0.01, 0.9);
    }
    JsonNode task = report.get("verification").get("task").get(0);
    assertThat(task.get("name").asText()).isEqualTo("perplexity");
    assertThat(task.get("after").asDouble()).isGreaterThan(task.get("before").asDouble());
  }

  @Test
  void fittedShiftsLeaveTheMassThatWasAskedFor() throws IOException {
    Run run =
        rewrite(
            "--method outeffhop --calibrated-shift 0.02 --sites 0 --verify --samples 512 --format"
                + " json --quiet --data "
                + models.heldOut());
    assertThat(run.err()).isEmpty();
    JsonNode first = new ObjectMapper().readTree(run.out()).get("sites").get(0);
    assertThat(first.get("sinks")).hasSize(4);
    // Where all samples are asked for they are fitted on too; bins of the histogram are 1/32 wide.
    assertThat(first.get("check").get("no_op_mass").asDouble()).isBetween(0.019, 0.021);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--method magic",
        "--method clipped_softmax --gamma 0.1",
        "--method clipped_softmax --zeta 0.9",
        "--method clipped_softmax --alpha 2 --gamma -0.1",
        "--method outeffhop --gamma -0.1",
        "--method outeffhop --gate mlp",
        "--method gated_attention --gate-init 1",
        "--method gated_attention --gate linear --gate-hidden 4",
        "--method softmax_n",
        "--method softmax_n --n -1",
        "--method clipped_softmax --update-steps 2",
        "--method outeffhop --beta 0",
        "--method outeffhop --sites 3-1",
        "--method outeffhop --data x.npz",
        "--method outeffhop --calibrated-shift 1.5",
      })
  void wrongParametersAreUsageErrorsAndWriteNothing(String options) {
    Run run = rewrite(options);
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tailgate: ");
    assertThat(Path.of(out)).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--method outeffhop --sites 7",
        "--method vanilla",
        "--method outeffhop --expect-sites 2",
        "--method outeffhop --sink none.npz",
        "--method gated_attention --gate-weights none.npz",
      })
  void whatDoesNotFitTheModelIsAModelErrorAndWritesNothing(String options) {
    Run run = rewrite(options);
    assertThat(run.code()).as(run.err()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(Path.of(out)).doesNotExist();
  }

  @Test
  void cudaThatIsNotThereIsToldBeforeAnythingIsWritten() {
    assumeTrue(new Versions().getVersion()[1].endsWith("(CPU)"));
    Run run = rewrite("--method outeffhop --verify --ep cuda --quiet");
    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).containsIgnoringCase("cuda");
    assertThat(Path.of(out)).doesNotExist();
  }

  @Test
  void theModelItselfIsNeverReplaced() throws IOException {
    byte[] before = Files.readAllBytes(Path.of(model));
    Run run = run(List.of("rewrite", model, "-o", model, "--method", "outeffhop"));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("another file than MODEL");
    assertThat(Files.readAllBytes(Path.of(model))).isEqualTo(before);
  }

  @Test
  void rewritingWhatIsSoftmax1AlreadyIsRefusedWithTheReason() {
    model = models.softmax1().toString();
    Run run = rewrite("--method outeffhop");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("it is softmax1 already");
  }

  @Test
  void inspectShowsTheNewNormaliserAndGate() {
    assertThat(rewrite("--method gated_outeffhop --gate mlp").code()).isZero();
    assertThat(run(List.of("inspect", out)).out()).contains("softmax1, mlp gate");
  }
}
