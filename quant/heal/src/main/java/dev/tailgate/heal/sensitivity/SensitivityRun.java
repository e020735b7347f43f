package dev.tailgate.heal.sensitivity;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.heal.switched.SwitchedModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.score.Trial;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.result.Damage;
import dev.tailgate.result.Score;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.SensitivityRow;
import dev.tailgate.result.metric.TaskMetrics;
import dev.tailgate.stats.metric.Bootstrap;
import dev.tailgate.stats.metric.Interval;
import dev.tailgate.stats.metric.RankCorrelation;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Quantizes each part of a model alone, and all but each part, and measures what that does to the
 * outputs and to the task. All of that runs on one session, see {@link SwitchedModel}. Parts are
 * looked at from large to small, each alone before all without it, those first whose noise is
 * expected to reach the outputs most, so that what a time limit cuts off is what matters least.
 * Whoever listens hears the result as it is after every model that was run.
 */
public final class SensitivityRun {
  private static final long SEED = 2306;

  private final Calibrated model;
  private final TrialRunner trials;
  private final NoiseProxy proxy;
  private final RunProgress progress;
  private final TimeLimit limit;
  private final Damage all;
  private final List<Part> parts;
  private final Map<Part, Damage> alone = new LinkedHashMap<>();
  private final Map<Part, Damage> without = new LinkedHashMap<>();
  private Optional<SwitchedModel> switched = Optional.empty();
  private int evaluations = 1;

  private SensitivityRun(
      Calibrated model,
      TrialRunner trials,
      NoiseProxy proxy,
      Damage all,
      TimeLimit limit,
      RunProgress progress) {
    this.model = model;
    this.trials = trials;
    this.proxy = proxy;
    this.all = all;
    this.limit = limit;
    this.progress = progress;
    this.parts = Parts.of(model.plan().map(), model.quantizers().keySet());
  }

  /**
   * Runs until all parts are measured or the time is over.
   *
   * @param all what quantizing everything does, on the samples of {@code trials}
   * @param options how the model of all parts runs, for floats
   * @param listener gets the result so far
   */
  public static SensitivityResult run(
      Calibrated model,
      TrialRunner trials,
      NoiseProxy proxy,
      Damage all,
      TimeLimit limit,
      RunnerOptions options,
      RunProgress progress,
      Consumer<SensitivityResult> listener) {
    SensitivityRun run = new SensitivityRun(model, trials, proxy, all, limit, progress);
    Map<QuantPoint, List<Quantizer>> choices = new LinkedHashMap<>();
    model.quantizers().forEach((point, quantizer) -> choices.put(point, List.of(quantizer)));
    if (limit.isOver() || !SwitchedModel.isAffordable(choices)) {
      run.measure(listener);
      return run.result(true);
    }
    try (SwitchedModel loaded = SwitchedModel.open(model.model(), choices, options)) {
      run.switched = Optional.of(loaded);
      run.measure(listener);
      return run.result(true);
    }
  }

  /** What to tell people where the time did not suffice; empty where all was measured. */
  public static Optional<String> shortfall(SensitivityResult result) {
    return result.complete()
        ? Optional.empty()
        : Optional.of(
            "Sensitivity stopped at its time limit after "
                + result.evaluations()
                + " of "
                + result.planned()
                + " runs; give --time-limit for more.");
  }

  private void measure(Consumer<SensitivityResult> listener) {
    for (Part.Level level : Part.Level.values()) {
      List<Part> ranked =
          parts.stream()
              .filter(part -> part.level() == level)
              .sorted(Comparator.comparing(Part::kind).thenComparing(part -> -expected(part)))
              .toList();
      measure(ranked, alone, true, listener);
      List<Part> worst =
          ranked.stream()
              .filter(alone::containsKey)
              .sorted(Comparator.comparingDouble(this::aloneSqnr))
              .toList();
      measure(worst, without, false, listener);
    }
  }

  private double aloneSqnr(Part part) {
    double sqnr = Objects.requireNonNull(alone.get(part)).sqnr();
    return Double.isNaN(sqnr) ? Double.NEGATIVE_INFINITY : sqnr;
  }

  private void measure(
      List<Part> ranked,
      Map<Part, Damage> into,
      boolean only,
      Consumer<SensitivityResult> listener) {
    for (Part part : ranked) {
      if (limit.isOver()) {
        return;
      }
      progress.at("measuring sensitivity", evaluations, planned());
      into.put(part, damage(part, only));
      listener.accept(result(false));
    }
  }

  /**
   * Noise at the outputs to expect of a part: that where it arises times what is known of the way
   * from its block to the outputs.
   */
  private double expected(Part part) {
    double noise = proxy.ratio(part.points());
    return parts.stream()
        .filter(p -> p.level() == Part.Level.LAYER && p.layer() == part.layer())
        .filter(p -> p.kind() == Part.Kind.BOTH && alone.containsKey(p))
        .findFirst()
        .map(p -> noise * Math.pow(10, -aloneSqnr(p) / 10) / proxy.ratio(p.points()))
        .filter(scaled -> !Double.isNaN(scaled))
        .orElse(noise);
  }

  private Damage damage(Part part, boolean only) {
    evaluations++;
    Set<QuantPoint> chosen = new HashSet<>(part.points());
    Map<QuantPoint, Quantizer> quantizers = new LinkedHashMap<>();
    model
        .quantizers()
        .forEach(
            (point, quantizer) -> {
              if (chosen.contains(point) == only) {
                quantizers.put(point, quantizer);
              }
            });
    Trial trial =
        switched.isPresent()
            ? trials.run(outputs -> switched.get().rounded(quantizers, outputs))
            : trials.run(InsertQuantizeDequantize.apply(model.model(), quantizers));
    return trial.against(trials.original());
  }

  private int planned() {
    return 1 + 2 * parts.size();
  }

  /** Intervals take longer than a small model: they wait for the end. */
  private SensitivityResult result(boolean finished) {
    List<SensitivityRow> rows = parts.stream().map(this::row).toList();
    List<SensitivityResult.ProxyFit> fits = new ArrayList<>();
    for (Part.Level level : Part.Level.values()) {
      fit(level, finished).ifPresent(fits::add);
    }
    Optional<SampledMetric> headline = trials.original().headline();
    return new SensitivityResult(
        headline.map(metric -> metric.spec().id()),
        trials.original().direction(),
        all,
        rows,
        fits,
        trials.samples(),
        evaluations,
        planned(),
        limit.seconds());
  }

  private SensitivityRow row(Part part) {
    return new SensitivityRow(
        part.level().label(),
        part.label(),
        part.layer(),
        part.kind().label(),
        part.tensors(),
        predicted(part),
        Optional.ofNullable(alone.get(part)),
        Optional.ofNullable(without.get(part)));
  }

  private Optional<Double> predicted(Part part) {
    double ratio = proxy.ratio(part.points());
    return ratio > 0 ? Optional.of(-10 * Math.log10(ratio)) : Optional.empty();
  }

  private Optional<SensitivityResult.ProxyFit> fit(Part.Level level, boolean finished) {
    RankCorrelation ranks = RankCorrelation.of(TaskMetrics.SPEARMAN);
    for (Part part : parts) {
      Damage measured = alone.get(part);
      Optional<Double> predicted = predicted(part);
      if (part.level() == level
          && part.kind() == Part.Kind.BOTH
          && measured != null
          && predicted.isPresent()
          && !Double.isNaN(measured.sqnr())) {
        ranks.add(predicted.get(), measured.sqnr());
      }
    }
    if (ranks.samples() < 3) {
      return Optional.empty();
    }
    Interval interval =
        finished ? Bootstrap.interval(ranks.samples(), ranks::value, SEED) : Interval.UNKNOWN;
    return Optional.of(
        new SensitivityResult.ProxyFit(
            level.label(),
            ranks.samples(),
            new Score(ranks.value(), interval.low(), interval.high())));
  }
}
