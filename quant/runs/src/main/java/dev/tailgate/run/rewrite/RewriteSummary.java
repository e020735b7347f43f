package dev.tailgate.run.rewrite;

import dev.tailgate.onnx.attention.NotASite;
import dev.tailgate.onnx.method.RewrittenSite;
import dev.tailgate.onnx.method.SiteOutcome;
import dev.tailgate.quant.score.MetricScore;
import dev.tailgate.quant.site.CalibratedSink;
import dev.tailgate.quant.site.CalibratedSinks;
import dev.tailgate.quant.site.SiteCheck;
import dev.tailgate.result.NearMiss;
import dev.tailgate.result.RewriteReport;
import dev.tailgate.result.RewriteReport.Check;
import dev.tailgate.result.RewriteReport.Metric;
import dev.tailgate.result.RewriteReport.Site;
import dev.tailgate.result.RewriteReport.Verification;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** A rewrite as a record of plain numbers and words, without models. */
public final class RewriteSummary {
  private RewriteSummary() {}

  /** What {@code request} gave. */
  public static RewriteReport of(RewriteRequest request, RewriteOutcome outcome) {
    Map<Integer, SiteCheck> checks = new TreeMap<>();
    outcome
        .verification()
        .ifPresent(v -> v.sites().forEach(check -> checks.put(check.number(), check)));
    Map<Integer, CalibratedSink> fitted =
        outcome.sinks().map(CalibratedSinks::fitted).orElse(Map.of());
    return new RewriteReport(
        request.model().toString(),
        request.out().toString(),
        outcome.bytes(),
        outcome.spec().method().label(),
        outcome.result().rewritten(),
        outcome.result().sites().stream()
            .map(
                site ->
                    site(
                        site,
                        Optional.ofNullable(fitted.get(site.number())),
                        Optional.ofNullable(checks.get(site.number()))))
            .toList(),
        outcome.result().notSites().stream().map(RewriteSummary::refused).toList(),
        outcome.verification().map(v -> verification(v, outcome)));
  }

  private static NearMiss refused(NotASite not) {
    return new NearMiss(not.node().id(), not.node().opType(), not.reason());
  }

  private static Site site(
      RewrittenSite site, Optional<CalibratedSink> fitted, Optional<SiteCheck> check) {
    List<String> rules = List.of();
    Optional<String> effect = Optional.empty();
    Optional<String> reason = Optional.empty();
    if (site.outcome() instanceof SiteOutcome.Rewritten done) {
      rules = done.rules();
      effect = Optional.of(done.effect().name().toLowerCase(Locale.ROOT));
    } else if (site.outcome() instanceof SiteOutcome.Skipped skipped) {
      reason = Optional.of(skipped.reason());
    } else {
      reason = Optional.of("not selected");
    }
    return new Site(
        site.number(),
        site.id(),
        site.place(),
        site.kind(),
        site.before().label(),
        site.isRewritten(),
        rules,
        effect,
        reason,
        fitted.filter(f -> site.isRewritten()).map(RewriteSummary::logits),
        check.map(RewriteSummary::check));
  }

  private static List<Double> logits(CalibratedSink fitted) {
    return Arrays.stream(fitted.sink().logits()).boxed().toList();
  }

  private static Check check(SiteCheck check) {
    return new Check(
        check.maxDifference(),
        check.noOpMass(),
        check.zeros(),
        check.ones(),
        check.gateMean(),
        check.rows(),
        check.note());
  }

  private static Verification verification(VerificationResult result, RewriteOutcome outcome) {
    Map<String, MetricScore> before = new TreeMap<>();
    result.before().forEach(score -> before.put(score.id(), score));
    return new Verification(
        result.samples(),
        result.data(),
        result.synthetic(),
        result.after().stream().map(score -> task(score, before)).toList(),
        result.agreement().stream().map(score -> metric(score, OptionalDouble.empty())).toList(),
        outcome.fusions().map(FusionReport::sentences).orElse(List.of()),
        result.notes());
  }

  private static Metric task(MetricScore after, Map<String, MetricScore> before) {
    MetricScore same = before.get(after.id());
    return metric(after, same == null ? OptionalDouble.empty() : OptionalDouble.of(same.value()));
  }

  private static Metric metric(MetricScore after, OptionalDouble before) {
    return new Metric(after.id(), after.unit(), after.direction().label(), before, after.value());
  }
}
