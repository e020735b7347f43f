package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailgate.cli.reference.ReferenceModels;
import dev.tailgate.cli.version.Versions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizeTest {
  @TempDir private Path folder;
  private ReferenceModels models = null;
  private Path out = Path.of("");

  @BeforeEach
  void unpack() {
    models = ReferenceModels.unpack(folder.resolve("models"));
    out = folder.resolve("out.onnx");
  }

  private record Run(int code, String out, String err) {}

  private Run quantize(String options) {
    List<String> args = new ArrayList<>(List.of("quantize", models.vanilla().toString()));
    args.addAll(List.of("-o", out.toString(), "--quiet", "--samples", "16"));
    args.addAll(List.of("--calibration-batches", "2", "--sequence-length", "32"));
    args.addAll(List.of(options.split(" ", -1)));
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    ByteArrayOutputStream talk = new ByteArrayOutputStream();
    int code = Main.run(data, talk, args.toArray(String[]::new));
    return new Run(
        code, data.toString(StandardCharsets.UTF_8), talk.toString(StandardCharsets.UTF_8));
  }

  private String onRealData() {
    return "--data " + models.heldOut() + " --calibration-data " + models.calibration();
  }

  private static JsonNode json(Run run) throws IOException {
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void everyProductRunsInIntegersAndThePerplexityStaysNear() throws IOException {
    JsonNode report = json(quantize(onRealData() + " --format json"));
    assertThat(report.get("products")).isNotEmpty();
    for (JsonNode product : report.get("products")) {
      assertThat(product.get("outcome").asText()).as(product.toString()).isEqualTo("int8 kernel");
    }
    JsonNode perplexity = report.get("models").get("metrics").get(0);
    assertThat(perplexity.get("name").asText()).isEqualTo("perplexity");
    double fp = perplexity.get("fp").asDouble();
    // What quantizing this model costs by the papers' placement is 0.09; this placement rounds
    // less.
    assertThat(perplexity.get("deployed").asDouble()).isBetween(fp - 0.1, fp + 0.1);
    JsonNode size = report.get("size");
    assertThat(size.get("bytes_after").asLong()).isLessThan(size.get("bytes_before").asLong());
  }

  @Test
  void severalEstimatorsAreComparedAndTheBestIsWritten() throws IOException {
    JsonNode report =
        json(
            quantize(
                onRealData()
                    + " --range-estimator minmax,percentile,mse,entropy --percentile 99.9"
                    + " --format json"));
    JsonNode candidates = report.get("candidates");
    assertThat(candidates).hasSize(4);
    double best = Double.NEGATIVE_INFINITY;
    String name = "";
    for (JsonNode candidate : candidates) {
      if (candidate.get("sqnr").asDouble() > best) {
        best = candidate.get("sqnr").asDouble();
        name = candidate.get("name").asText();
      }
    }
    assertThat(report.get("scheme").get("range_estimator").asText()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tailgate", "aimet-1.0.0", "aimet-2.0.0"})
  void encodingsTakenBackGiveTheSameFile(String format) throws IOException {
    Path encodings = folder.resolve("e.json");
    assertThat(quantize("--export-encodings " + encodings + " --encodings-format " + format).code())
        .isZero();
    byte[] first = Files.readAllBytes(out);
    assertThat(quantize("--encodings " + encodings).code()).isZero();
    assertThat(Files.readAllBytes(out)).isEqualTo(first);
  }

  @Test
  void excludedLayersStayFloatForThatReason() throws IOException {
    JsonNode report = json(quantize("--exclude layer:0 --format json"));
    List<String> reasons = new ArrayList<>();
    report.get("products").forEach(p -> reasons.add(p.get("reason").asText()));
    assertThat(reasons).contains("excluded by layer:0");
    assertThat(reasons).contains("");
  }

  @Test
  void memoryLimitAndResumeDoNotChangeTheFile() throws IOException {
    assertThat(quantize(onRealData() + " --range-estimator mse").code()).isZero();
    byte[] plain = Files.readAllBytes(out);
    Path state = folder.resolve("state");
    Run limited =
        quantize(
            onRealData()
                + " --range-estimator mse --memory-limit 4M --resume --calibration-state "
                + state);
    assertThat(limited.code()).as(limited.err()).isZero();
    assertThat(Files.readAllBytes(out)).isEqualTo(plain);
    assertThat(state).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--scheme w1a8",
        "--weights int8:token",
        "--activations int8:channel",
        "--weights fp8-e4m3:asym",
        "--range-estimator median",
        "--placement everywhere",
        "--exclude color:red",
        "--resume",
        "--memory-limit lots",
        "--form gguf",
      })
  void contradictionsAreUsageErrorsAndWriteNothing(String options) {
    Run run = quantize(options);
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--exclude name:nothing-like-this", "--encodings none.json"})
  void whatDoesNotFitTheModelIsAModelErrorAndWritesNothing(String options) {
    Run run = quantize(options);
    assertThat(run.code()).as(run.err()).isEqualTo(3);
    assertThat(out).doesNotExist();
  }

  @Test
  void weightOnlyKernelsThatRoundActivationsAreTold() {
    Run run = quantize("--scheme w8a16");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("MatMulNBits, which rounds activations to int8");
  }

  @Test
  void cudaThatIsNotThereIsToldBeforeAnythingIsWritten() {
    assumeTrue(new Versions().getVersion()[1].endsWith("(CPU)"));
    Run run = quantize("--ep cuda");
    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).containsIgnoringCase("cuda");
    assertThat(out).doesNotExist();
  }
}
