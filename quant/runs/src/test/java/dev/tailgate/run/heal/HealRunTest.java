package dev.tailgate.run.heal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.PointFilter;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.result.HealResult;
import dev.tailgate.result.RemedyStep;
import dev.tailgate.result.RemedyStep.Verdict;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import dev.tailgate.run.heal.HealRequest.Treatment.Keep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealRunTest {
  private static final List<Repair.Note> DONE = List.of(new Repair.Note("here", "done"));

  @TempDir private static Path folder;
  private static OptFamily opt = null;

  @BeforeAll
  static void unpack() throws IOException {
    opt = OptFamily.unpack(folder, 32);
  }

  private record Fake(
      String id, boolean keepsFunction, UnaryOperator<Plan> effect, List<Repair.Note> applied)
      implements Remedy {
    @Override
    public String summary() {
      return "for a test";
    }

    @Override
    public Treated apply(Plan candidate, CalibrationContext context) {
      return new Treated(
          effect.apply(candidate), applied, List.of(new Repair.Note("there", "no place")));
    }
  }

  /** Leaves the two worst tensors in float. */
  private static Remedy cure() {
    PointFilter filter =
        PointFilter.of(
            List.of(), List.of("name:" + opt.lastFeedForward(), "name:" + opt.lastSum()));
    return new Fake("cure", true, c -> c.with(c.settings().with(filter, List.of())), DONE);
  }

  /** Doubles a weight, which no identity does. */
  private static Remedy poison() {
    return new Fake(
        "poison",
        true,
        c -> {
          LayerEdit edit = LayerEdit.of(c.model(), "Poison");
          LinearLayer layer = ModelMap.of(c.model()).layers().linears().get(0);
          Matrix weight = edit.weight(layer);
          weight.scaleColumn(0, 2);
          return c.with(edit.commit());
        },
        DONE);
  }

  private static HealResult run(HealRequest.Treatment treatment) {
    return HealRun.run(opt.request(treatment), RunProgress.SILENT, partial -> {}).result();
  }

  private static HealRequest.Treatment automatic(Remedy... remedies) {
    return new HealRequest.Treatment(
        java.util.Arrays.stream(remedies).map(List::of).toList(), Keep.HELPFUL);
  }

  @Test
  void whatHelpsIsKeptAndJudgedOnOtherSamples() {
    HealResult result = run(automatic(new Fake("nothing", true, c -> c, DONE), cure(), poison()));
    assertThat(result.steps())
        .extracting(RemedyStep::verdict)
        .containsExactly(Verdict.DROPPED, Verdict.KEPT, Verdict.DROPPED);
    HealResult.HeldOut heldOut = result.heldOut().orElseThrow();
    assertThat(heldOut.gain().orElseThrow().high()).isNegative();
    assertThat(heldOut.after().sqnr()).isGreaterThan(heldOut.before().sqnr() + 6);
    assertThat(result.data().selection()).isEqualTo(32);
    assertThat(result.data().heldOut()).isEqualTo(32);
  }

  @Test
  void aRemedyThatBreaksTheFunctionItClaimsToKeepIsDropped() {
    RemedyStep step =
        run(new HealRequest.Treatment(List.of(List.of(poison())), Keep.ALL)).steps().get(0);
    assertThat(step.verdict()).isEqualTo(Verdict.DROPPED);
    assertThat(step.refused()).anyMatch(text -> text.contains("same function"));
  }

  @Test
  void aRemedyWithoutAPlaceSaysWhy() {
    RemedyStep step = run(automatic(new Fake("misfit", true, c -> c, List.of()))).steps().get(0);
    assertThat(step.verdict()).isEqualTo(Verdict.NOT_APPLICABLE);
    assertThat(step.refused()).containsExactly("there: no place");
    assertThat(step.quantized()).isEmpty();
  }

  @Test
  void ofAlternativesTheBetterOneIsKept() {
    HealResult result =
        run(
            new HealRequest.Treatment(
                List.of(List.of(new Fake("nothing", true, c -> c, DONE), cure())), Keep.HELPFUL));
    assertThat(result.steps())
        .extracting(RemedyStep::verdict)
        .containsExactly(Verdict.DROPPED, Verdict.KEPT);
  }

  @Test
  void triedAloneNothingIsKept() {
    HealResult result =
        run(
            new HealRequest.Treatment(
                List.of(List.of(cure()), List.of(new Fake("nothing", true, c -> c, DONE))),
                Keep.NONE));
    assertThat(result.steps())
        .extracting(RemedyStep::verdict)
        .containsExactly(Verdict.HELPFUL, Verdict.DROPPED);
    // The second one was tried on the original, which it leaves as it is.
    assertThat(result.steps().get(1).gain().orElseThrow().value()).isZero();
    assertThat(result.heldOut().orElseThrow().gain().orElseThrow().value()).isZero();
  }

  @Test
  void theOriginalIsCalibratedOnceForEverythingThatAsksForIt() {
    List<Long> firstBatches = new ArrayList<>();
    RunProgress counting =
        (stage, done, total) -> {
          if (stage.equals("calibrating") && done == 1) {
            firstBatches.add(done);
          }
        };
    HealRun.Outcome outcome =
        HealRun.run(opt.request(HealRequest.Treatment.NONE), counting, partial -> {});
    assertThat(firstBatches).hasSize(1);
    assertThat(outcome.original().quantization().calibrationBatches()).isEqualTo(4);
    assertThat(outcome.result().evidence().orElseThrow().taps()).isNotEmpty();
  }

  @Test
  void anAuditTakesNoModelThatWasCalibratedByOtherSettings() {
    HealRequest asked = opt.request(HealRequest.Treatment.NONE);
    AuditRequest audit = AuditRequest.of(asked.model()).with(opt.samples());
    assertThatThrownBy(
            () -> Audit.run(audit, opt.calibrated("w4a8", Placement.PAPERS), RunProgress.SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other settings");
  }

  @Test
  void partialResultsAreHeardBeforeTheEnd() {
    List<HealResult> heard = new ArrayList<>();
    HealRun.run(opt.request(automatic(cure())), RunProgress.SILENT, heard::add);
    assertThat(heard.get(0).steps()).isEmpty();
    assertThat(heard.get(0).fp()).isPresent();
    assertThat(heard.get(heard.size() - 1).heldOut()).isPresent();
  }

  @Test
  void dataThatCannotBeDividedIsRefused() {
    HealRequest asked = opt.request(HealRequest.Treatment.NONE);
    DataRequest few =
        new DataRequest(
            asked.samples().request().data().map(d -> Path.of(d.toString())),
            Optional.empty(),
            4,
            4,
            32,
            0);
    assertThatThrownBy(() -> DataParts.of(opt.model(), new Samples(few)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("at least 8 samples");
    DataRequest none = DataRequest.synthetic(64, 8, 32, 0);
    assertThatThrownBy(() -> DataParts.of(opt.model(), new Samples(none)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("--data");
  }

  @Test
  void partsShareNoSample() {
    DataParts parts = DataParts.of(opt.model(), new Samples(opt.samples().request()));
    assertThat(parts.selection().samples()).isEqualTo(32);
    List<List<Long>> seen =
        List.of(
            tokens(parts.selection()),
            tokens(parts.heldOut()),
            tokens(parts.calibration().openCalibrationBatches(opt.model(), 4)));
    assertThat(seen.get(0)).doesNotContainAnyElementsOf(seen.get(1));
    assertThat(seen.get(2))
        .doesNotContainAnyElementsOf(seen.get(0))
        .doesNotContainAnyElementsOf(seen.get(1));
  }

  /** A number for each sample that hardly two share. */
  private static List<Long> tokens(dev.tailgate.data.DataSource source) {
    List<Long> hashes = new ArrayList<>();
    source
        .batches()
        .forEachRemaining(
            batch -> {
              long[] ids = batch.inputs().values().iterator().next().toLongs();
              int length = ids.length / batch.rows();
              for (int s = 0; s < batch.samples(); s++) {
                long hash = 7;
                for (int t = 0; t < length; t++) {
                  hash = 1_000_003 * hash + ids[s * length + t];
                }
                hashes.add(hash);
              }
            });
    return hashes;
  }
}
