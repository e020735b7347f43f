package dev.tailgate.page.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.Damage;
import dev.tailgate.result.HealResult;
import dev.tailgate.result.PrecisionResult;
import dev.tailgate.result.PrecisionTrial;
import dev.tailgate.result.RemedyStep;
import dev.tailgate.result.RemedyStep.Verdict;
import dev.tailgate.result.Score;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.SensitivityRow;
import dev.tailgate.result.ToolInfo;
import dev.tailgate.stats.metric.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealTextTest {
  private static Damage damage(double sqnr, double delta) {
    return new Damage(sqnr, Optional.of(new Score(delta, delta - 0.01, delta + 0.01)));
  }

  private static RemedyStep step(String remedy, Verdict verdict) {
    boolean applies = verdict != Verdict.NOT_APPLICABLE;
    return new RemedyStep(
        remedy,
        "for a test",
        true,
        verdict,
        applies ? Optional.of(damage(130, 0)) : Optional.empty(),
        applies ? Optional.of(damage(20, 0.1)) : Optional.empty(),
        applies ? Optional.of(new Score(-0.1, -0.2, -0.05)) : Optional.empty(),
        List.of(),
        List.of("the model: has no place for it"),
        1);
  }

  private static SensitivityRow row(String label, String kind, double sqnr) {
    return new SensitivityRow(
        "layer",
        label,
        0,
        kind,
        List.of("t"),
        Optional.of(sqnr),
        Optional.of(damage(sqnr, 0.2)),
        Optional.of(damage(30, 0.05)));
  }

  private static HealResult result(String model, Direction direction, PrecisionResult precision) {
    return new HealResult(
        HealResult.SCHEMA_VERSION,
        new ToolInfo("tailgate", "1"),
        model,
        Optional.empty(),
        "w8a8",
        "papers",
        new HealResult.Data("d.npz", "c.npz", 32, 32),
        Optional.of("perplexity"),
        direction,
        Optional.of(new Score(6, 5.5, 6.5)),
        damage(10, 0.25),
        Optional.of(
            new SensitivityResult(
                Optional.of("perplexity"),
                direction,
                damage(10, 0.25),
                List.of(
                    row("layer 0", "both", 40),
                    row("layer 1", "both", 12),
                    row("layer 1", "weights", 50)),
                List.of(),
                32,
                7,
                7,
                1)),
        Optional.empty(),
        List.of(),
        List.of(
            step("rotate", Verdict.KEPT),
            step("sink", Verdict.DROPPED),
            step("decompose", Verdict.NOT_APPLICABLE)),
        Optional.of(precision),
        Optional.of(
            new HealResult.HeldOut(
                Optional.of(new Score(6, 5.5, 6.5)),
                damage(10, 0.25),
                damage(20, 0.1),
                Optional.of(new Score(-0.15, -0.2, -0.1)))),
        List.of("One thing to know."));
  }

  private static PrecisionResult precision(int trials) {
    List<PrecisionTrial> curve = new ArrayList<>();
    for (int i = 0; i < trials; i++) {
      curve.add(new PrecisionTrial(i, 0, 0, 0, 1 + i, damage(20 + i, 0.1), i == trials - 1));
    }
    return new PrecisionResult(
        0.2, true, List.of("name:a"), List.of(), curve.get(trials - 1), curve, 30, 40, 2);
  }

  @Test
  void theChosenSetIsShownHoweverLongTheCurveIs() {
    String text = HealText.render(result("m.onnx", Direction.LOWER, precision(20)));
    assertThat(text).contains("20.000x").contains("holds, chosen").doesNotContain("12.000x");
  }

  @Test
  void theWorstLayerComesFirstWithItsWeightsApart() {
    String text = HealText.render(result("m.onnx", Direction.LOWER, precision(2)));
    assertThat(text.indexOf("layer 1")).isPositive().isLessThan(text.indexOf("layer 0"));
    assertThat(text.lines().filter(line -> line.startsWith("layer 1")).findFirst().orElseThrow())
        .contains("50.0 dB", "12.0 dB", "-0.2");
  }

  @Test
  void remediesSayWhatBecameOfThem() {
    String text = HealText.render(result("m.onnx", Direction.LOWER, precision(2)));
    assertThat(text)
        .containsPattern("rotate +130.0 dB .* kept")
        .containsPattern("sink .* no help")
        .contains("decompose does not apply: the model: has no place for it")
        .contains("The repair changes it by -0.15")
        .contains("Note: One thing to know.");
  }

  @Test
  void gainsAreTurnedToTheMetricWhereMoreIsBetter() {
    String text = HealText.render(result("m.onnx", Direction.HIGHER, precision(2)));
    assertThat(text).contains("The repair changes it by +0.15 (0.1 .. 0.2)");
  }

  @Test
  void hostileNamesAreInertAndLocalesChangeNothing() {
    Locale before = Locale.getDefault();
    String plain = HealText.render(result("m\u001b[31m\u202e.onnx", Direction.LOWER, precision(2)));
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      assertThat(HealText.render(result("m\u001b[31m\u202e.onnx", Direction.LOWER, precision(2))))
          .isEqualTo(plain);
    } finally {
      Locale.setDefault(before);
    }
    assertThat(plain).doesNotContain("\u001b").doesNotContain("\u202e");
  }
}
