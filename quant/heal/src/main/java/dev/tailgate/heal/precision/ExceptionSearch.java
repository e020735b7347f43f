package dev.tailgate.heal.precision;

import dev.tailgate.heal.sensitivity.TimeLimit;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Precision;
import dev.tailgate.quant.placement.PrecisionRule;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Selector;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.result.PrecisionResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Finds the cheapest exceptions from a scheme that keep the loss within a bound, by few runs.
 *
 * <ol>
 *   <li>Nothing; then all weights per channel, which costs next to nothing.
 *   <li>For each precision, from cheap to dear (the range of least squared error, scales of their
 *       own for outlier channels, a scale per token, 16 bits, float): all places raised to it. If
 *       that keeps the bound, the fewest of the most sensitive places that do are found by
 *       bisection, on the order that the noise of each place gives; then as many of those as
 *       possible are given back, in halves, quarters and so on.
 *   <li>Of all sets that were tried and keep the bound, the one with the least cost is chosen: the
 *       fewest bit operations, of equals the fewest bits of activations.
 * </ol>
 *
 * <p>A set keeps the bound if the upper end of the 95 % interval of the loss does. The search
 * chooses on the samples it measures, so its own numbers flatter it: report the chosen set on
 * others.
 */
public final class ExceptionSearch {
  private static final int MOST_GIVEN_BACK = 24;

  /** The cheapest first. */
  private static final List<Precision> ACTIVATIONS =
      List.of(Precision.MSE, Precision.OWN_SCALE, Precision.PER_TOKEN, Precision.A16);

  private final GridsByPrecision grids;
  private final List<ExceptionPlace> places;
  private final SetTrials trials;
  private final TimeLimit limit;
  private final Kinds kinds;
  private final int layers;

  /**
   * Which exceptions may be made.
   *
   * @param floats whether anything may stay in float
   */
  public record Kinds(List<Precision> precisions, boolean floats) {
    /** All of them. */
    public static final Kinds ALL = new Kinds(List.of(Precision.values()), true);

    /** Copies the list. */
    public Kinds {
      precisions = List.copyOf(precisions);
    }
  }

  /**
   * The outcome.
   *
   * @param exceptions the chosen set
   */
  public record Found(Exceptions exceptions, PrecisionResult result) {}

  private ExceptionSearch(
      Calibrated base,
      GridsByPrecision grids,
      List<ExceptionPlace> places,
      SetTrials trials,
      TimeLimit limit,
      Kinds kinds) {
    this.grids = grids;
    this.places = places;
    this.trials = trials;
    this.limit = limit;
    this.kinds = kinds;
    this.layers = base.plan().map().taps().layers();
  }

  /**
   * Searches.
   *
   * @param base what the scheme without exceptions does
   * @param bound loss of the task metric that is allowed, in its unit
   * @param damage how much a place matters: larger is worse
   */
  public static Found run(
      Calibrated base,
      TrialRunner runner,
      double bound,
      ToDoubleFunction<List<QuantPoint>> damage,
      Kinds kinds,
      CalibrationContext context,
      TimeLimit limit,
      RunProgress progress) {
    GridsByPrecision grids = GridsByPrecision.calibrate(base, kinds.precisions(), context);
    List<ExceptionPlace> places =
        ExceptionPlaces.of(
                base.plan().map().flow(),
                base.plan().settings().placement(),
                base.quantizers().keySet(),
                grids::canExclude)
            .stream()
            .sorted(
                Comparator.comparingDouble((ExceptionPlace p) -> -damage.applyAsDouble(p.points())))
            .toList();
    ProductWork work =
        ProductWork.measure(
            base.plan().map(),
            base.activations().stream().map(QuantPoint::tensor).toList(),
            context.calibration().apply(base.model()).batches().next(),
            context.options());
    SetTrials trials = new SetTrials(grids, runner, work, bound, progress);
    return new ExceptionSearch(base, grids, places, trials, limit, kinds).run();
  }

  private Found run() {
    List<PrecisionRule> channels = channels();
    if (!trials.holds(Exceptions.NONE) && !holdsPerChannel(channels)) {
      boolean better =
          !channels.isEmpty()
              && trials.loss(new Exceptions(List.of(), channels)) < trials.loss(Exceptions.NONE);
      List<PrecisionRule> always = better ? channels : List.of();
      for (Step step : steps(always)) {
        if (!limit.isOver()) {
          search(step);
        }
      }
    }
    return trials.found(places.size(), layers);
  }

  private boolean holdsPerChannel(List<PrecisionRule> channels) {
    return !channels.isEmpty() && trials.holds(new Exceptions(List.of(), channels));
  }

  private List<PrecisionRule> channels() {
    boolean has = grids.has(Precision.PER_CHANNEL);
    return has
        ? List.of(new PrecisionRule(Selector.parse("name:*"), Precision.PER_CHANNEL))
        : List.of();
  }

  /** Raises places: what is always there, and a precision; empty for float. */
  private record Step(List<PrecisionRule> always, Optional<Precision> precision) {
    Exceptions raise(List<ExceptionPlace> raised) {
      if (precision.isEmpty()) {
        return new Exceptions(raised.stream().map(ExceptionPlace::selector).toList(), always);
      }
      List<PrecisionRule> rules = new ArrayList<>();
      raised.stream()
          .flatMap(place -> place.activations().stream())
          .filter(precision.get()::fits)
          .map(QuantPoint::tensor)
          .distinct()
          .map(t -> new PrecisionRule(Selector.parse("name:" + t), precision.get()))
          .forEach(rules::add);
      rules.addAll(always);
      return new Exceptions(List.of(), rules);
    }
  }

  private List<Step> steps(List<PrecisionRule> always) {
    List<Step> steps = new ArrayList<>();
    for (Precision precision : ACTIVATIONS) {
      if (grids.has(precision)) {
        steps.add(new Step(always, Optional.of(precision)));
      }
    }
    if (kinds.floats()) {
      steps.add(new Step(always, Optional.empty()));
    }
    return steps;
  }

  private void search(Step step) {
    List<ExceptionPlace> able =
        step.precision().isEmpty()
            ? places
            : places.stream()
                .filter(
                    place -> place.activations().stream().anyMatch(step.precision().get()::fits))
                .toList();
    if (able.isEmpty() || !trials.holds(step.raise(able))) {
      return;
    }
    int low = 0;
    int high = able.size();
    while (high - low > 1 && !limit.isOver()) {
      int middle = (low + high) / 2;
      if (trials.holds(step.raise(able.subList(0, middle)))) {
        high = middle;
      } else {
        low = middle;
      }
    }
    giveBack(step, new ArrayList<>(able.subList(0, high)));
  }

  /** The order is a guess: some of the places were not needed. */
  private void giveBack(Step step, List<ExceptionPlace> raised) {
    int left = MOST_GIVEN_BACK;
    for (int size = Math.max(1, raised.size() / 2); size >= 1; size /= 2) {
      for (int from = raised.size() - size; from >= 0; from -= size) {
        if (left-- == 0 || limit.isOver() || raised.size() <= 1) {
          return;
        }
        List<ExceptionPlace> fewer = new ArrayList<>(raised.subList(0, from));
        fewer.addAll(raised.subList(Math.min(raised.size(), from + size), raised.size()));
        if (trials.holds(step.raise(fewer))) {
          raised.clear();
          raised.addAll(fewer);
          from = Math.min(from, raised.size());
        }
      }
    }
  }
}
