package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rehearsal of a build: a baseline from the Softmax1 decoder, then candidates. */
class GateTest {
  @TempDir static Path audits;
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void auditsBothDecoders() {
    for (String samples : new String[] {"32", "2"}) {
      ByteArrayOutputStream nothing = new ByteArrayOutputStream();
      String to = audits.resolve(samples).toString();
      int code = Main.run(nothing, nothing, "audit", "--samples", samples, "--out", to, "--quiet");
      assertThat(code).as("%s", nothing).isZero();
    }
  }

  private Path vanilla() {
    return audits.resolve("32");
  }

  private Path softmax1() {
    return audits.resolve("32/result-2.json");
  }

  private int gate(Object... args) {
    String[] words =
        Stream.concat(Stream.of("gate"), Stream.of(args))
            .map(Object::toString)
            .toArray(String[]::new);
    return Main.run(out, err, words);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aModelWithOutliersFailsAgainstOneWithout() throws IOException {
    Path junit = folder.resolve("gate.xml");
    Path sarif = folder.resolve("gate.sarif");
    Path summary = folder.resolve("gate.md");
    int code =
        gate(
            vanilla(),
            "--baseline",
            softmax1(),
            "--junit",
            junit,
            "--sarif",
            sarif,
            "--markdown",
            summary);
    assertThat(code).isEqualTo(1);
    assertThat(printed())
        .startsWith("FAIL: ")
        .contains("average-kurtosis: average_kurtosis is ")
        .contains("max-inf-norm: max_inf_norm is ");
    assertThat(junit).content().contains("<failure message=\"average_kurtosis is ");
    assertThat(sarif).content().contains("\"ruleId\" : \"max-inf-norm\"");
    assertThat(summary).content().startsWith("### Tailgate gate: FAIL");
  }

  @Test
  void theSameModelPasses() {
    assertThat(gate(softmax1(), "--baseline", softmax1())).as("%s", err).isZero();
    assertThat(printed()).startsWith("PASS: 7 of 7 rules pass");
  }

  @Test
  void twoSamplesAreInconclusive() throws IOException {
    Path junit = folder.resolve("gate.xml");
    assertThat(gate(audits.resolve("2"), "--baseline", softmax1(), "--junit", junit)).isEqualTo(5);
    assertThat(printed()).startsWith("INCONCLUSIVE: ").contains("fewer than the 16");
    assertThat(junit).content().contains("type=\"inconclusive\"").doesNotContain("<failure");
  }

  @Test
  void aBaselineIsWrittenOnDemandAndThenServes() throws IOException {
    Path baseline = folder.resolve("baseline.json");
    assertThat(gate(vanilla(), "--baseline", baseline)).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("no such file", "baseline.json");
    assertThat(gate(vanilla(), "--baseline", baseline, "--update-baseline")).isZero();
    assertThat(printed()).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("the first one, so nothing was");
    assertThat(gate(vanilla(), "--baseline", baseline)).isZero();
    assertThat(gate(audits.resolve("2"), "--baseline", baseline, "--update-baseline")).isEqualTo(5);
    assertThat(Files.readString(baseline)).contains("\"samples\": 32");
  }

  @Test
  void rulesOfItsOwnDecide() throws IOException {
    Path rules = folder.resolve("rules.yaml");
    Files.writeString(rules, "version: 1\nrules:\n  - {metric: max_inf_norm, max: 100}\n");
    assertThat(gate(vanilla(), "--rules", rules, "--format", "json")).isEqualTo(1);
    assertThat(printed()).contains("\"verdict\": \"fail\"");
    Files.writeString(rules, "version: 1\nrules:\n  - {metric: max_inf_norm, maxx: 100}\n");
    assertThat(gate(vanilla(), "--rules", rules)).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("rules.yaml", "the key maxx");
  }

  @Test
  void agreementWithTheFloatModelIsFoundInARealResult() throws IOException {
    Path rules = folder.resolve("rules.yaml");
    Files.writeString(
        rules,
        """
        version: 1
        rules:
          - {metric: sqnr, min: 0}
          - {metric: cosine_similarity, min: 0.5}
          - {metric: kl_divergence, max: 10}
          - {metric: top1_agreement, min: 0.5}
        """);
    assertThat(gate(vanilla(), "--rules", rules)).as("%s", out).isZero();
  }

  @Test
  void refusesWhatIsNoResult() throws IOException {
    Path other = folder.resolve("x.json");
    Files.writeString(other, "{}");
    assertThat(gate(other)).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("x.json", "schema_version is missing");
    assertThat(gate(vanilla(), "--update-baseline")).isEqualTo(2);
  }
}
