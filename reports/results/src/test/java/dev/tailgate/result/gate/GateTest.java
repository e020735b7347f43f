package dev.tailgate.result.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.Samples;
import dev.tailgate.result.json.RunResultJson;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
  /** Average kurtosis of the samples by their own formula: 24 taps, two roles, twelve layers. */
  private static final RunResult ILL = Samples.vanilla();

  private static final RunResult WELL = Samples.twin();

  private static GateRules rules(String lines) {
    return GateRulesFile.read("version: 1\nrules:\n" + lines, "test");
  }

  private static RuleVerdict judge(RunResult result, Optional<RunResult> baseline, String rule) {
    return Gate.judge(result, baseline, rules("  - {" + rule + "}")).rules().get(0);
  }

  private static RunResult edited(RunResult result, UnaryOperator<String> edit) {
    String json = RunResultJson.write(result);
    String other = edit.apply(json);
    assertThat(other).isNotEqualTo(json);
    return RunResultJson.read(other);
  }

  @Test
  void aValueOnTheBoundPassesAndOneBeyondFails() {
    double value = ILL.headline().maxInfNorm();
    String rule = "metric: max_inf_norm, max: ";
    assertThat(judge(ILL, Optional.empty(), rule + value).verdict()).isEqualTo(Verdict.PASS);
    RuleVerdict failed = judge(ILL, Optional.empty(), rule + (value - 0.001));
    assertThat(failed.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(failed.value()).contains(value);
    String lower = "metric: max_inf_norm, min: ";
    assertThat(judge(ILL, Optional.empty(), lower + value).verdict()).isEqualTo(Verdict.PASS);
    assertThat(judge(ILL, Optional.empty(), lower + (value + 0.001)).verdict())
        .isEqualTo(Verdict.FAIL);
  }

  @Test
  void aRelativeBoundIsAFractionOfTheBaseline() {
    double ratio = ILL.headline().averageKurtosis() / WELL.headline().averageKurtosis();
    String rule = "metric: average_kurtosis, max_increase: ";
    Optional<RunResult> base = Optional.of(WELL);
    assertThat(judge(ILL, base, rule + (ratio - 1.001)).verdict()).isEqualTo(Verdict.FAIL);
    assertThat(judge(ILL, base, rule + (ratio - 0.999)).verdict()).isEqualTo(Verdict.PASS);
    assertThat(judge(WELL, base, rule + 0).verdict()).isEqualTo(Verdict.PASS);
    assertThat(
            judge(WELL, Optional.of(ILL), "metric: average_kurtosis, max_decrease: 0.5").verdict())
        .isEqualTo(Verdict.FAIL);
  }

  @Test
  void theLossIsAFractionOfTheFloatMetricWhicheverWayItImproves() {
    double loss = ILL.task().delta().orElseThrow().value() / ILL.task().fp().orElseThrow().value();
    assertThat(judge(ILL, Optional.empty(), "metric: task_loss, max: 1").value()).contains(loss);
    RunResult accuracy =
        edited(
            ILL,
            json -> json.replaceFirst("\"direction\": \"lower\"", "\"direction\": \"higher\""));
    assertThat(judge(accuracy, Optional.empty(), "metric: task_loss, max: 1").value())
        .contains(-loss);
  }

  @Test
  void withAnIntervalItFailsOnlyWhereAllOfItIsBeyond() {
    // The loss of the twin is 0.83 of 4.51 with an interval of a tenth of it each way.
    double fp = WELL.task().fp().orElseThrow().value();
    double loss = WELL.task().delta().orElseThrow().value() / fp;
    String rule = "metric: task_loss, confident: true, max: ";
    assertThat(judge(WELL, Optional.empty(), rule + loss * 0.89).verdict()).isEqualTo(Verdict.FAIL);
    assertThat(judge(WELL, Optional.empty(), rule + loss * 0.95).verdict())
        .isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(judge(WELL, Optional.empty(), rule + loss * 1.01).verdict()).isEqualTo(Verdict.PASS);
    assertThat(
            judge(WELL, Optional.empty(), "metric: max_inf_norm, confident: true, max: 1e9")
                .sentence())
        .contains("without an interval");
  }

  @Test
  void aTapThatFailsIsNamed() {
    RuleVerdict failed =
        judge(ILL, Optional.empty(), "metric: tap_kurtosis, taps: {role: layernorm_out}, max: 10");
    assertThat(failed.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(failed.tap()).hasValueSatisfying(tap -> assertThat(tap).contains("layernorm_out"));
    assertThat(failed.sentence()).contains(failed.tap().orElseThrow());
    assertThat(
            judge(ILL, Optional.empty(), "metric: tap_kurtosis, taps: {layer: 0}, max: 10")
                .verdict())
        .isEqualTo(Verdict.PASS);
    assertThat(
            judge(
                    ILL,
                    Optional.empty(),
                    "metric: tap_kurtosis, taps: {tensor: '*layer.8/*ffn_out'}, max: 10")
                .tap())
        .contains("/encoder/layer.8/output/ffn_out");
  }

  @Test
  void aLayerThatIsNoLongerQuantizedFailsEvenWithoutEnoughSamples() {
    RunResult skipped =
        edited(
            edited(
                ILL,
                json ->
                    json.replace(
                        "\"quantized_elements\": 84000000", "\"quantized_elements\": 70000000")),
            json -> json.replace("\"samples\": 256", "\"samples\": 2"));
    GateReport report = Gate.judge(skipped, Optional.of(ILL), GateRulesFile.againstBaseline());
    assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(report.rules())
        .filteredOn(rule -> rule.verdict() == Verdict.FAIL)
        .extracting(RuleVerdict::rule)
        .containsExactly("weight-coverage");
  }

  @Test
  void theSameResultPassesTheDefaultRules() {
    GateReport report = Gate.judge(ILL, Optional.of(ILL), GateRulesFile.againstBaseline());
    assertThat(report.rules()).extracting(RuleVerdict::verdict).containsOnly(Verdict.PASS);
    assertThat(report.verdict()).isEqualTo(Verdict.PASS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"samples\": 256|\"samples\": 15|15 samples were evaluated, fewer than the 16",
        "\"tap_preset\": \"bert\"|\"tap_preset\": \"all\"|tap preset all, the baseline's is bert",
        "\"device\": \"cpu\"|\"device\": \"cuda\"|device cuda, the baseline's is cpu",
        "\"scheme\": \"w8a8\"|\"scheme\": \"w4a8\"|scheme w4a8",
        "\"data_sha256\": \"5d|\"data_sha256\": \"6e|samples that are not the baseline's",
        "\"row_rule\": \"one sequence\"|\"row_rule\": \"one token\"|rows one token",
        "\"synthetic_inputs\": false|\"synthetic_inputs\": true|made up",
        "\"average_kurtosis\": |\"average_kurtosis\": \"NaN\", \"old\": |not a number"
      })
  void whatCannotBeJudgedIsInconclusiveAndSaysWhy(String from, String to, String reason) {
    RunResult other = edited(ILL, json -> json.replace(from, to));
    GateReport report =
        Gate.judge(
            other, Optional.of(ILL), rules("  - {metric: average_kurtosis, max_increase: 9}"));
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.rules().get(0).sentence()).contains(reason);
  }

  @Test
  void whatIsMissingIsInconclusive() {
    assertThat(judge(ILL, Optional.empty(), "metric: average_kurtosis, max_increase: 1").sentence())
        .contains("no baseline");
    assertThat(judge(Samples.synthetic(), Optional.empty(), "metric: task_loss, max: 1").verdict())
        .isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(
            judge(ILL, Optional.empty(), "metric: tap_kurtosis, taps: {role: router}, max: 1")
                .sentence())
        .contains("No measured tap is router");
  }

  @ParameterizedTest
  @CsvSource({"sqnr, SQNR, min", "cosine_similarity, cosine, min", "kl_divergence, KL, max"})
  void outputsThatAreNotFiniteHaveNoAgreementToJudge(String id, String name, String side) {
    String value = String.format(Locale.ROOT, "(\"id\": \"%s\",[^}]*\"value\": )[0-9.e-]+", id);
    RunResult broken = edited(ILL, json -> json.replaceFirst(value, "$1\"NaN\""));
    RuleVerdict verdict =
        judge(broken, Optional.empty(), String.format(Locale.ROOT, "metric: %s, %s: 20", id, side));
    assertThat(verdict.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(verdict.sentence())
        .isEqualTo("There is no %s: outputs of the quantized model are not finite.", name);
  }

  @Test
  void threadsDoNotMakeAnotherDevice() {
    RunResult two =
        edited(ILL, json -> json.replace("\"device\": \"cpu\"", "\"device\": \"cpu, 2 threads\""));
    assertThat(Comparability.differences(two, ILL)).isEmpty();
  }

  @Test
  void aWarningDecidesNothing() {
    String rule = "metric: max_inf_norm, max: 1, severity: warning";
    GateReport report = Gate.judge(ILL, Optional.empty(), rules("  - {" + rule + "}"));
    assertThat(report.rules().get(0).verdict()).isEqualTo(Verdict.FAIL);
    assertThat(report.verdict()).isEqualTo(Verdict.PASS);
  }
}
