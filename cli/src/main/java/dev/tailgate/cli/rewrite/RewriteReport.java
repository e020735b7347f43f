package dev.tailgate.cli.rewrite;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tailgate.onnx.attention.NotASite;
import dev.tailgate.onnx.method.RewrittenSite;
import dev.tailgate.onnx.method.SiteOutcome;
import dev.tailgate.quant.score.Score;
import dev.tailgate.quant.site.CalibratedSink;
import dev.tailgate.quant.site.SiteCheck;
import dev.tailgate.run.rewrite.RewriteOutcome;
import dev.tailgate.run.rewrite.VerificationResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A rewrite as it is printed, for people or as JSON. Numbers that were not measured are absent.
 *
 * @param model the file that was read
 * @param out the file that was written
 * @param bytes its size
 * @param method its method, by name
 * @param sites every attention of the model
 * @param notSites what looks like an attention and is none
 * @param verification what running both models showed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RewriteReport(
    String model,
    String out,
    long bytes,
    String method,
    int rewritten,
    List<Site> sites,
    List<NotSite> notSites,
    @Nullable Verification verification) {

  /**
   * A site.
   *
   * @param effect {@code exact}, {@code equivalent}, {@code changes_function}, or why it was left
   * @param sinks fitted sink logits by head; the logits were shifted by their negatives
   * @param check what was measured of it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Site(
      int number,
      String id,
      String place,
      String kind,
      String before,
      boolean rewritten,
      List<String> rules,
      @Nullable String effect,
      @Nullable String reason,
      double @Nullable [] sinks,
      @Nullable Check check) {}

  /** Numbers of a site, see {@link SiteCheck}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Check(
      @Nullable Double maxDifference,
      @Nullable Double noOpMass,
      @Nullable Double zeros,
      @Nullable Double ones,
      @Nullable Double gateMean,
      long rows,
      String note) {}

  /** A near miss. */
  public record NotSite(String node, String op, String reason) {}

  /** Both models on the same samples. */
  public record Verification(
      long samples,
      String data,
      boolean syntheticInputs,
      List<Metric> task,
      List<Metric> agreement,
      List<String> fusionsLost) {}

  /** A metric of the original and of the rewritten model; of agreement only the second. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Metric(
      String name, String unit, String direction, @Nullable Double before, double after) {}

  /** The report of {@code outcome}. */
  public static RewriteReport of(Path model, Path out, RewriteOutcome outcome) {
    Map<Integer, SiteCheck> checks = new TreeMap<>();
    outcome
        .verification()
        .ifPresent(v -> v.sites().forEach(check -> checks.put(check.number(), check)));
    Map<Integer, CalibratedSink> fitted =
        outcome.sinks().map(sinks -> sinks.fitted()).orElse(Map.of());
    return new RewriteReport(
        model.toString(),
        out.toString(),
        outcome.bytes(),
        outcome.spec().method().label(),
        outcome.result().rewritten(),
        outcome.result().sites().stream()
            .map(site -> site(site, checks.get(site.number()), fitted.get(site.number())))
            .toList(),
        outcome.result().notSites().stream().map(RewriteReport::refused).toList(),
        outcome.verification().map(v -> verification(v, outcome)).orElse(null));
  }

  private static NotSite refused(NotASite not) {
    return new NotSite(not.node().id(), not.node().opType(), not.reason());
  }

  private static Site site(
      RewrittenSite site, @Nullable SiteCheck check, @Nullable CalibratedSink fitted) {
    SiteOutcome outcome = site.outcome();
    List<String> rules = List.of();
    String effect = null;
    String reason = null;
    if (outcome instanceof SiteOutcome.Rewritten done) {
      rules = done.rules();
      effect = done.effect().name().toLowerCase(Locale.ROOT);
    } else if (outcome instanceof SiteOutcome.Skipped skipped) {
      reason = skipped.reason();
    } else {
      reason = "not selected";
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
        fitted == null || !site.isRewritten() ? null : fitted.sink().logits(),
        check == null ? null : check(check));
  }

  private static Check check(SiteCheck check) {
    return new Check(
        number(check.maxDifference()),
        number(check.noOpMass()),
        number(check.zeros()),
        number(check.ones()),
        number(check.gateMean()),
        check.rows(),
        check.note());
  }

  private static @Nullable Double number(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }

  private static Verification verification(VerificationResult result, RewriteOutcome outcome) {
    Map<String, Score> before = new TreeMap<>();
    result.before().forEach(score -> before.put(score.id(), score));
    return new Verification(
        result.samples(),
        result.data(),
        result.synthetic(),
        result.after().stream().map(score -> metric(score, before.get(score.id()))).toList(),
        result.agreement().stream().map(score -> metric(score, null)).toList(),
        outcome.fusions().map(f -> f.sentences()).orElse(List.of()));
  }

  private static Metric metric(Score after, @Nullable Score before) {
    return new Metric(
        after.id(),
        after.unit(),
        after.direction().label(),
        before == null ? null : (Double) before.value(),
        after.value());
  }
}
