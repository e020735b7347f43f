package dev.tailgate.quant.site;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.contest.Contest;
import dev.tailgate.quant.contest.Contestant;
import dev.tailgate.quant.contest.Keep;
import dev.tailgate.quant.measure.RunProgress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks into each rewritten site: at its probabilities where they are values of the graph, at the
 * context of operators that keep theirs to themselves.
 */
public final class SiteChecks {
  private final OnnxModel model;
  private final List<Batch> batches;
  private final RunnerOptions options;
  private final Map<Integer, SiteTally> tallies = new TreeMap<>();
  private final Map<Integer, String> notes = new TreeMap<>();

  private SiteChecks(OnnxModel model, List<Batch> batches, RunnerOptions options) {
    this.model = model;
    this.batches = batches;
    this.options = options;
  }

  /**
   * A check for each target.
   *
   * @param model the rewritten model
   * @param writtenOut the same with every fused operator written out
   */
  public static List<SiteCheck> run(
      OnnxModel model,
      List<SiteTarget> targets,
      Optional<OnnxModel> writtenOut,
      List<Batch> batches,
      RunnerOptions options,
      RunProgress progress) {
    SiteChecks checks = new SiteChecks(model, batches, options);
    for (SiteTarget target : targets) {
      checks.tallies.put(target.number(), new SiteTally());
      checks.notes.put(target.number(), note(target, writtenOut.isPresent()));
    }
    checks.readWritten(targets, progress);
    List<SiteTarget.Fused> fused =
        targets.stream()
            .filter(SiteTarget.Fused.class::isInstance)
            .map(SiteTarget.Fused.class::cast)
            .toList();
    if (!fused.isEmpty()) {
      checks.readFused(fused, writtenOut);
    }
    return targets.stream().map(checks::check).toList();
  }

  private static String note(SiteTarget target, boolean writtenOut) {
    if (target instanceof SiteTarget.WrittenOut written) {
      return written.note();
    }
    if (target instanceof SiteTarget.OutputsOnly only) {
      return only.note();
    }
    String inside = "computed inside " + ((SiteTarget.Fused) target).operator();
    return inside
        + (writtenOut
            ? "; compared with the attention written out"
            : ": checked through the model's outputs only");
  }

  private SiteTally tally(SiteTarget target) {
    return Objects.requireNonNull(tallies.get(target.number()));
  }

  private SiteCheck check(SiteTarget target) {
    String note = Objects.requireNonNull(notes.get(target.number()));
    return tally(target).check(target.number(), target.id(), note);
  }

  private void readWritten(List<SiteTarget> targets, RunProgress progress) {
    List<SiteReading> readings = new ArrayList<>();
    for (SiteTarget target : targets) {
      if (target instanceof SiteTarget.WrittenOut written) {
        readings.add(
            new SiteReading(written.now(), written.probs(), written.reference(), tally(target)));
      }
    }
    read(model, readings, progress);
  }

  private void read(OnnxModel from, List<SiteReading> readings, RunProgress progress) {
    int[] done = {0};
    List<SiteReading> tooLarge =
        SiteRun.run(
            from,
            readings,
            batches,
            options,
            more -> {
              done[0] += more;
              progress.at("checking sites", done[0], readings.size());
            });
    for (SiteReading reading : tooLarge) {
      tallies.forEach(
          (number, tally) -> {
            if (tally == reading.tally()) {
              notes.put(number, "its scores are too large to read: use a smaller batch");
            }
          });
    }
  }

  private void readFused(List<SiteTarget.Fused> fused, Optional<OnnxModel> writtenOut) {
    Set<String> names = new LinkedHashSet<>();
    fused.forEach(target -> target.gate().ifPresent(names::add));
    writtenOut.ifPresent(other -> fused.forEach(target -> names.add(target.context())));
    if (!names.isEmpty()) {
      compareContexts(fused, names, writtenOut);
    }
    if (writtenOut.isPresent()) {
      // Probabilities of the operator are nowhere; those of the same attention written out are.
      List<SiteReading> readings = new ArrayList<>();
      for (SiteTarget.Fused target : fused) {
        Optional<AttentionSite> site = SiteTargets.behind(writtenOut.get(), target.context());
        site.ifPresent(
            s ->
                readings.add(
                    new SiteReading(
                        s, s.normalisation().probs(), Optional.empty(), tally(target))));
      }
      read(writtenOut.get(), readings, RunProgress.SILENT);
    }
  }

  private void compareContexts(
      List<SiteTarget.Fused> fused, Set<String> names, Optional<OnnxModel> writtenOut) {
    Contestant rewritten = Contestant.of("rewritten", model.exposing(names), names, options);
    Set<String> contexts = new LinkedHashSet<>();
    fused.forEach(target -> contexts.add(target.context()));
    Optional<Contestant> written =
        writtenOut.map(
            other -> Contestant.of("written out", other.exposing(contexts), contexts, options));
    try (Contest contest = Contest.open(rewritten, batches, Keep.NOTHING)) {
      contest.run(
          written.stream().toList(),
          round -> {
            Map<String, Tensor> values = round.reference();
            Map<String, Tensor> expected = written.map(w -> round.of(w.name())).orElse(Map.of());
            for (SiteTarget.Fused target : fused) {
              Optional.ofNullable(expected.get(target.context()))
                  .ifPresent(
                      context ->
                          tally(target)
                              .compare(
                                  context, Objects.requireNonNull(values.get(target.context()))));
              target
                  .gate()
                  .map(values::get)
                  .ifPresent(gate -> tally(target).acceptGate(round.batch(), gate));
            }
          });
    }
  }
}
