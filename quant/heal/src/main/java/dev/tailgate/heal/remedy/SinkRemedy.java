package dev.tailgate.heal.remedy;

import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.RewrittenSite;
import dev.tailgate.onnx.method.SiteOutcome;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.site.CalibratedSink;
import dev.tailgate.quant.site.CalibratedSinks;
import dev.tailgate.quant.site.ShiftCalibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A further key and value of zeros for each head, with a logit that takes the share {@code mass} of
 * its attention on the calibration data (Softmax1 with a fitted shift, arXiv 2404.03828). It
 * changes the function: the model was not trained to leave its own sink token for this one, and
 * every context shrinks by what the sink takes. A large share says how much of the attention was
 * no-op.
 *
 * @param mass in (0, 1)
 */
public record SinkRemedy(double mass) implements Remedy {
  /** Refuses shares that no logit gives. */
  public SinkRemedy {
    if (!(mass > 0 && mass < 1)) {
      throw new IllegalArgumentException("The mass must be between 0 and 1, found " + mass);
    }
  }

  /** The remedy with the share that {@code rewrite --calibrated-shift} takes too. */
  public static SinkRemedy standard() {
    return new SinkRemedy(ShiftCalibration.DEFAULT_TARGET);
  }

  @Override
  public String id() {
    return "sink";
  }

  @Override
  public String summary() {
    return "gives each head a key and value of zeros with a fitted logit";
  }

  @Override
  public boolean keepsFunction() {
    return false;
  }

  @Override
  public Treated apply(Plan plan, CalibrationContext context) {
    CalibratedSinks sinks =
        ShiftCalibration.run(
            plan.model(),
            context.calibration().apply(plan.model()),
            mass,
            OptionalInt.empty(),
            context.options(),
            context.progress());
    List<Repair.Note> refused = new ArrayList<>();
    sinks.skipped().forEach((number, why) -> refused.add(new Repair.Note("site " + number, why)));
    if (sinks.fitted().isEmpty()) {
      if (refused.isEmpty()) {
        refused.add(new Repair.Note("the model", "has no attention that a sink can be fitted to"));
      }
      return new Treated(plan, List.of(), refused);
    }
    MethodSpec spec = MethodSpec.of(Method.OUTEFFHOP).withSinks(sinks.sinks());
    try {
      return treated(
          plan, sinks, AttentionRewriter.rewrite(plan.model(), spec, SiteSelection.ALL), refused);
    } catch (ModelException e) {
      // No site can be rewritten: for a remedy that is an answer, not a failure.
      refused.add(new Repair.Note("the model", String.valueOf(e.getMessage())));
      return new Treated(plan, List.of(), refused);
    }
  }

  private static Treated treated(
      Plan plan, CalibratedSinks sinks, RewriteResult result, List<Repair.Note> refused) {
    List<Repair.Note> applied = new ArrayList<>();
    for (RewrittenSite site : result.sites()) {
      if (site.isRewritten()) {
        CalibratedSink sink = Objects.requireNonNull(sinks.fitted().get(site.number()));
        applied.add(
            new Repair.Note(
                site.id(),
                String.format(
                    Locale.ROOT, "has a sink that takes %.3f of it", sink.expectedMass())));
      } else if (site.outcome() instanceof SiteOutcome.Skipped skipped
          && !sinks.skipped().containsKey(site.number())) {
        refused.add(new Repair.Note(site.id(), skipped.reason()));
      }
    }
    return new Treated(plan.with(result.model()), applied, refused);
  }
}
