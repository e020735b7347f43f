package dev.tailgate.heal.precision;

import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import dev.tailgate.quant.score.Differences;
import dev.tailgate.quant.score.Trial;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.result.PrecisionResult;
import dev.tailgate.result.PrecisionTrial;
import dev.tailgate.result.Score;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Runs sets of exceptions, each once, and remembers what they cost and lose. */
final class SetTrials {
  private static final int WIDE = 16;

  private record Tried(
      Exceptions exceptions, PrecisionTrial trial, double loss, double activationBits) {}

  private final GridsByPrecision grids;
  private final TrialRunner trials;
  private final ProductWork work;
  private final double bound;
  private final RunProgress progress;
  private final double plainWork;
  private final Map<Exceptions, Tried> tried = new LinkedHashMap<>();

  SetTrials(
      GridsByPrecision grids,
      TrialRunner trials,
      ProductWork work,
      double bound,
      RunProgress progress) {
    this.grids = grids;
    this.trials = trials;
    this.work = work;
    this.bound = bound;
    this.progress = progress;
    this.plainWork = work.bitOperations(grids.with(Exceptions.NONE));
  }

  boolean holds(Exceptions exceptions) {
    return of(exceptions).trial().holds();
  }

  double loss(Exceptions exceptions) {
    return of(exceptions).loss();
  }

  private Tried of(Exceptions exceptions) {
    Tried known = tried.get(exceptions);
    if (known == null) {
      known = run(exceptions);
      tried.put(exceptions, known);
    }
    return known;
  }

  private Tried run(Exceptions exceptions) {
    progress.at("searching exceptions", tried.size() + 1, 0);
    Map<QuantPoint, Quantizer> quantizers = grids.with(exceptions);
    Trial trial = trials.run(InsertQuantizeDequantize.apply(grids.model(), quantizers));
    SampledMetric fp = trials.original().headline().orElseThrow();
    Score loss = Differences.loss(fp, trial.headline().orElseThrow());
    Counts counts = new Counts();
    quantizers.forEach(counts::add);
    return new Tried(
        exceptions,
        new PrecisionTrial(
            exceptions.exclude().size(),
            counts.wide,
            counts.perToken,
            counts.perChannel,
            plainWork == 0 ? 1 : work.bitOperations(quantizers) / plainWork,
            trial.against(trials.original()),
            loss.high() <= bound),
        loss.value(),
        work.activationBits(grids.points(), quantizers));
  }

  private static final class Counts {
    private int wide;
    private int perToken;
    private int perChannel;

    void add(QuantPoint point, Quantizer quantizer) {
      if (quantizer instanceof Quantizer.PerToken) {
        perToken++;
        return;
      }
      if (quantizer instanceof Quantizer.Dynamic) {
        return;
      }
      QuantParams params = ((Quantizer.Fixed) quantizer).params();
      boolean channels = !(params.layout() instanceof ScaleLayout.Whole);
      perChannel += channels ? 1 : 0;
      boolean activation = point instanceof QuantPoint.Activation;
      wide += activation && params.format().bits() == WIDE ? 1 : 0;
    }
  }

  /** The cheapest set that holds, or the one that loses least. */
  ExceptionSearch.Found found(int places, int layers) {
    List<Tried> all = List.copyOf(tried.values());
    Comparator<Tried> cheapest =
        Comparator.comparingDouble((Tried t) -> t.trial().cost())
            .thenComparingDouble(Tried::activationBits)
            .thenComparingInt(t -> t.exceptions().exclude().size() + t.exceptions().rules().size());
    Tried chosen =
        all.stream()
            .filter(t -> t.trial().holds())
            .min(cheapest)
            .orElseGet(
                () ->
                    all.stream()
                        .min(Comparator.comparingDouble(Tried::loss).thenComparing(cheapest))
                        .orElseThrow());
    Predicate<Tried> beaten =
        t ->
            all.stream()
                .anyMatch(
                    o ->
                        o.trial().cost() <= t.trial().cost()
                            && o.activationBits() <= t.activationBits()
                            && o.loss() <= t.loss()
                            && (o.trial().cost() < t.trial().cost()
                                || o.activationBits() < t.activationBits()
                                || o.loss() < t.loss()));
    List<PrecisionTrial> curve =
        new ArrayList<>(
            all.stream().filter(beaten.negate()).sorted(cheapest).map(Tried::trial).toList());
    return new ExceptionSearch.Found(
        chosen.exceptions(),
        new PrecisionResult(
            bound,
            chosen.trial().holds(),
            chosen.exceptions().exclude(),
            chosen.exceptions().ruleTexts(),
            chosen.trial(),
            curve,
            tried.size(),
            places,
            layers));
  }
}
