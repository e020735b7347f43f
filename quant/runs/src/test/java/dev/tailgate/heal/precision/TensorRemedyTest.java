package dev.tailgate.heal.precision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.Precision;
import dev.tailgate.quant.placement.PrecisionRule;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.score.Trial;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.run.heal.OptFamily;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorRemedyTest {
  @TempDir private static Path folder;
  private static OptFamily opt = null;

  @BeforeAll
  static void unpack() throws IOException {
    opt = OptFamily.unpack(folder, 32);
  }

  private static Plan plan(String scheme, Placement placement) {
    return Plan.of(ModelMap.of(opt.model()), OptFamily.settings(scheme, placement));
  }

  /** Error of the outputs on samples that the remedy has not seen. */
  private static double noise(Plan plan) {
    try (TrialRunner trials =
        TrialRunner.open(
            opt.model(), opt.samples().open(opt.model()), ReferenceModel.CPU, RunProgress.SILENT)) {
      Trial trial = trials.run(Calibrated.of(plan, opt.context()).simulated());
      return trial.error().value();
    }
  }

  /** What holds the decoder's outliers gets a grid for each token. */
  @Test
  void theTensorsWithTheOutliersGetFinerGridsAndTheModelStays() {
    Plan plan = plan("w8a8", Placement.PAPERS);
    Treated treated = TensorRemedy.exceptions().apply(plan, opt.context());
    assertThat(treated.plan().model()).isSameAs(plan.model());
    List<PrecisionRule> rules = treated.plan().settings().exceptions();
    assertThat(rules)
        .extracting(PrecisionRule::text)
        .contains("name:" + opt.lastSum() + "=per-token");
    assertThat(rules.size()).isLessThan(Calibrated.of(plan, opt.context()).quantizers().size() / 8);
    assertThat(noise(treated.plan())).isLessThan(noise(plan) / 4);
    assertThat(treated.applied().get(0).text()).contains("0 of").contains("in 16 bits");
  }

  /** What keeps the bits keeps them, cures, and each of its rules is missed where it is not. */
  @Test
  void scalesTakeNothingThatTheWholeDoesNotGainFrom() {
    Plan plan = plan("w4a8", Placement.PAPERS);
    Treated treated = TensorRemedy.scales().apply(plan, opt.context());
    List<PrecisionRule> rules = treated.plan().settings().exceptions();
    assertThat(rules)
        .isNotEmpty()
        .allMatch(
            rule ->
                Set.of(Precision.MSE, Precision.PER_CHANNEL, Precision.OWN_SCALE)
                    .contains(rule.precision()));
    assertThat(treated.plan().settings().selection().filter().excluded()).isEmpty();
    double left = noise(treated.plan());
    assertThat(left).isLessThan(0.9 * noise(plan));
    for (PrecisionRule rule : rules) {
      List<PrecisionRule> others = rules.stream().filter(r -> !r.equals(rule)).toList();
      Plan without = plan.with(plan.settings().with(plan.settings().selection().filter(), others));
      assertThat(noise(without)).as("without %s", rule.text()).isGreaterThan(left);
    }
  }

  @Test
  void exceptionsOfferNoGridsThatRunInFloatBeforeProductsWhereTheModelIsDeployed() {
    Plan plan = plan("w4a8", Placement.TRANSFORMER);
    Treated treated = TensorRemedy.exceptions().apply(plan, opt.context());
    assertThat(treated.plan().settings().exceptions()).isEmpty();
    assertThat(treated.plan().settings().selection().filter().excluded()).isNotEmpty();
    assertThat(noise(treated.plan())).isLessThan(noise(plan));
  }

  @Test
  void whatIsNotAllowedIsNotDone() {
    TensorRemedy narrow =
        TensorRemedy.exceptions().within(new ExceptionSearch.Kinds(List.of(Precision.A16), false));
    Treated treated = narrow.apply(plan("w8a8", Placement.PAPERS), opt.context());
    assertThat(treated.plan().settings().selection().filter().excluded()).isEmpty();
    assertThat(treated.plan().settings().exceptions())
        .isNotEmpty()
        .allMatch(rule -> rule.precision() == Precision.A16);
  }

  @Test
  void aModelThatRoundingDoesNotHurtNeedsNothing() {
    Treated treated =
        TensorRemedy.exceptions().apply(plan("w8a16", Placement.TRANSFORMER), opt.context());
    assertThat(treated.applied()).isEmpty();
    assertThat(treated.refused().get(0).text()).contains("no tensor needs a finer grid");
  }
}
