package dev.tailgate.heal.precision;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.heal.precision.Carriers.Carrier;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.Precision;
import dev.tailgate.quant.placement.PrecisionRule;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.placement.Selector;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Gives the few tensors that carry the damage finer grids, each the cheapest that cures it. By the
 * error of the outputs on some calibration samples, see {@link PointNoise}:
 *
 * <ol>
 *   <li>the places whose rounding alone does damage are found, see {@link Carriers};
 *   <li>from the worst on, each gets the first of the allowed kinds that takes nine tenths of its
 *       noise away, the cheapest first, otherwise the one that takes the most;
 *   <li>what does not lower the noise of the whole by 2 % is not kept, and when that is down to a
 *       twentieth of what it was, or to a thousandth of the outputs' power (30 dB), no more is
 *       done.
 * </ol>
 *
 * The model stays as it is: what changes are the settings, which is what {@code --except} and
 * {@code --exclude} say.
 *
 * @param id spelling on the command line
 * @param summary what it does
 * @param kinds what it may do
 */
public record TensorRemedy(String id, String summary, ExceptionSearch.Kinds kinds)
    implements Remedy {
  private static final int SAMPLES = 16;
  private static final int SAMPLES_TO_FIND = 8;
  private static final double SHARE_LEFT = 0.05;
  private static final double GOOD = 0.001;
  private static final double CURED = 0.1;

  /** A carrier whose noise is so far below the goal makes no difference. */
  private static final double COUNTS = 0.25;

  /** Of the noise of the whole, below which a finer grid is not worth being there. */
  private static final double LEAST_GAIN = 0.02;

  /** Carriers that are treated. */
  private static final int MOST = 32;

  /**
   * Runs to find the carriers, and again to treat them. What is chosen is not to depend on how busy
   * the machine is, so time is no limit.
   */
  private static final int RUNS = 160;

  /** What keeps the bits of the scheme. */
  public static TensorRemedy scales() {
    return new TensorRemedy(
        "scales",
        "gives the tensors that carry the damage a range by least squares, a scale a channel of a"
            + " weight, or scales of their own for outlier channels",
        new ExceptionSearch.Kinds(
            List.of(Precision.MSE, Precision.PER_CHANNEL, Precision.OWN_SCALE), false));
  }

  /** What does not. */
  public static TensorRemedy exceptions() {
    return new TensorRemedy(
        "exceptions",
        "rounds the tensors that still carry damage by tokens, to 16 bits, or not at all",
        new ExceptionSearch.Kinds(List.of(Precision.PER_TOKEN, Precision.A16), true));
  }

  /** The same restricted to what {@code allowed} has too. */
  public TensorRemedy within(ExceptionSearch.Kinds allowed) {
    return new TensorRemedy(
        id,
        summary,
        new ExceptionSearch.Kinds(
            kinds.precisions().stream().filter(allowed.precisions()::contains).toList(),
            kinds.floats() && allowed.floats()));
  }

  @Override
  public boolean keepsFunction() {
    return true;
  }

  @Override
  public Treated apply(Plan plan, CalibrationContext context) {
    return apply(Calibrated.of(plan, context), context);
  }

  @Override
  public Treated apply(Calibrated base, CalibrationContext context) {
    return base.quantizers().isEmpty()
        ? refused(base.plan(), "nothing of it is rounded")
        : new Treatment(base, context).run();
  }

  /**
   * Where quantizers stand in front of products, ONNX Runtime has integer kernels for one scale of
   * 8 bits an activation only: a product with any other grid runs in float, and may as well be
   * float.
   */
  private List<Precision> usable(Plan plan) {
    boolean products = plan.settings().placement() != Placement.PAPERS;
    return kinds.precisions().stream()
        .filter(p -> !products || p == Precision.MSE || p == Precision.PER_CHANNEL)
        .toList();
  }

  private static Treated refused(Plan plan, String why) {
    return new Treated(plan, List.of(), List.of(new Repair.Note("the model", why)));
  }

  /** One application. */
  private final class Treatment {
    private final Calibrated base;
    private final Plan plan;
    private final CalibrationContext context;
    private final List<Repair.Note> applied = new ArrayList<>();
    private final List<Repair.Note> refused = new ArrayList<>();
    private GridsByPrecision grids;
    private Exceptions chosen = Exceptions.NONE;
    private int runs;
    private boolean outOfRuns;
    private final Set<String> useless = new HashSet<>();

    Treatment(Calibrated base, CalibrationContext context) {
      this.base = base;
      this.grids = GridsByPrecision.calibrate(base, List.of(), context);
      this.plan = base.plan();
      this.context = context;
    }

    Treated run() {
      GridsByPrecision plain = grids;
      List<ExceptionPlace> places =
          ExceptionPlaces.of(
              plan.map().flow(),
              plan.settings().placement(),
              base.quantizers().keySet(),
              plain::canExclude);
      double before;
      double goal;
      List<Carrier> carriers;
      try (PointNoise noise = open(plain, SAMPLES_TO_FIND, point -> false)) {
        before = noise.of(base.quantizers());
        goal = Math.max(SHARE_LEFT * Math.min(1, before), GOOD);
        if (before <= goal) {
          return refused(
              plan, "its outputs are at " + decibels(before) + ": no tensor needs a finer grid");
        }
        carriers =
            Carriers.among(
                places, group -> alone(noise, base.quantizers(), group), COUNTS * goal, RUNS);
        outOfRuns = noise.runs() >= RUNS;
        runs = noise.runs();
      }
      double left = treat(carriers.subList(0, Math.min(MOST, carriers.size())), before, goal);
      if (applied.isEmpty()) {
        return new Treated(plan, List.of(), refused.isEmpty() ? nothing(before) : refused);
      }
      applied.add(0, summary(before, left, carriers.size(), places.size()));
      return new Treated(
          plan.with(chosen.applyTo(plan.settings())), List.copyOf(applied), List.copyOf(refused));
    }

    @MustBeClosed
    private PointNoise open(GridsByPrecision grids, int samples, Predicate<QuantPoint> finer) {
      context.progress().at("loading a model of all grids", 0, 1);
      return PointNoise.open(
          plan.model(),
          grids.choices(finer),
          context.calibration().apply(plan.model()),
          samples,
          context.options());
    }

    /** The noise of the whole that is left. */
    private double treat(List<Carrier> carriers, double before, double goal) {
      Set<String> tensors = new HashSet<>();
      carriers.forEach(c -> c.place().points().forEach(p -> tensors.add(p.tensor())));
      List<QuantPoint.Activation> activations =
          base.activations().stream().filter(p -> tensors.contains(p.tensor())).toList();
      double left = before;
      if (carriers.isEmpty()) {
        return left;
      }
      grids = GridsByPrecision.calibrate(base, usable(plan), activations, context);
      try (PointNoise noise = open(grids, SAMPLES, point -> tensors.contains(point.tensor()))) {
        for (Carrier carrier : carriers) {
          boolean over = noise.runs() >= RUNS;
          outOfRuns |= over;
          if (left <= goal || over) {
            break;
          }
          left = treat(noise, carrier, left);
        }
        runs += noise.runs();
      }
      return left;
    }

    private List<Repair.Note> nothing(double before) {
      return List.of(
          new Repair.Note(
              "the model",
              "its outputs are at "
                  + decibels(before)
                  + (outOfRuns
                      ? ", and so many tensors share that that "
                          + RUNS
                          + " runs did not find the few that would be worth treating: finer"
                          + " weights or another scheme would help"
                      : ", and no single tensor makes so much of that that a grid of its own would"
                          + " help: finer weights or another scheme would")));
    }

    private double alone(
        PointNoise noise, Map<QuantPoint, Quantizer> grids, List<ExceptionPlace> group) {
      context.progress().at("finding the tensors that carry the damage", runs + noise.runs(), 0);
      Set<String> tensors = new HashSet<>();
      group.forEach(place -> place.points().forEach(p -> tensors.add(p.tensor())));
      Map<QuantPoint, Quantizer> some = new LinkedHashMap<>();
      grids.forEach(
          (point, quantizer) -> {
            if (tensors.contains(point.tensor())) {
              some.put(point, quantizer);
            }
          });
      return noise.of(some);
    }

    /** The noise of the whole that is left. */
    private double treat(PointNoise noise, Carrier carrier, double left) {
      Optional<Option> best = Optional.empty();
      for (Option option : options(carrier.place())) {
        String kind = kind(carrier.place()) + option.words();
        if (useless.contains(kind)) {
          continue;
        }
        double then = alone(noise, grids.with(option.exceptions()), List.of(carrier.place()));
        if (then > carrier.noise() / 2) {
          useless.add(kind);
        }
        Option tried = option.with(then);
        if (best.isEmpty() || then < best.get().noise()) {
          best = Optional.of(tried);
        }
        if (then <= CURED * carrier.noise()) {
          break;
        }
      }
      String place = carrier.place().selector().substring("name:".length());
      if (best.isEmpty() || best.get().noise() > carrier.noise() / 2) {
        refused.add(
            new Repair.Note(
                place,
                "none of the grids allowed halves its noise, alone " + decibels(carrier.noise())));
        return left;
      }
      Exceptions more = chosen.and(best.get().exceptions());
      double then = noise.of(grids.with(more));
      if (!(then < (1 - LEAST_GAIN) * left)) {
        refused.add(
            new Repair.Note(place, best.get().words() + " hardly lowers the noise of the whole"));
        return left;
      }
      chosen = more;
      applied.add(
          new Repair.Note(
              place,
              best.get().words()
                  + ": alone "
                  + decibels(carrier.noise())
                  + " before and "
                  + decibels(best.get().noise())
                  + " after, the whole at "
                  + decibels(then)));
      return then;
    }

    /** What does not halve the noise of one tensor is not tried on others of its role. */
    private static String kind(ExceptionPlace place) {
      QuantPoint first = place.points().get(0);
      return first.role() + (place.activations().isEmpty() ? " weight " : " ");
    }

    private List<Option> options(ExceptionPlace place) {
      List<Option> options = new ArrayList<>();
      List<PrecisionRule> all = new ArrayList<>();
      for (Precision precision : Precision.values()) {
        if (grids.has(precision)) {
          List<PrecisionRule> rules =
              place.points().stream()
                  .filter(precision::fits)
                  .map(p -> new PrecisionRule(Selector.parse("name:" + p.tensor()), precision))
                  .toList();
          if (!rules.isEmpty()) {
            options.add(new Option(precision.label(), new Exceptions(List.of(), rules)));
            all.addAll(rules);
          }
        }
      }
      if (options.size() > 1 && place.points().size() > 1) {
        String words = String.join(" and ", options.stream().map(Option::words).toList());
        options.add(new Option(words, new Exceptions(List.of(), all)));
      }
      if (kinds.floats()) {
        options.add(new Option("float", new Exceptions(List.of(place.selector()), List.of())));
      }
      return options;
    }

    /** What a deployer wants to know first. */
    private Repair.Note summary(double before, double left, int carriers, int places) {
      Map<QuantPoint, Quantizer> quantizers = grids.with(chosen);
      long wide = 0;
      for (Quantizer quantizer : quantizers.values()) {
        wide += quantizer instanceof Quantizer.Fixed f && f.format().bits() > 8 ? 1 : 0;
      }
      return new Repair.Note(
          "the model",
          String.format(
              Locale.ROOT,
              "%d of %d places carry the damage, %d treated: %d of %d tensors in 16 bits, %d in"
                  + " float; outputs at %s before and %s after, on some %d calibration samples in %d runs",
              carriers,
              places,
              applied.size(),
              wide,
              quantizers.size(),
              grids.with(Exceptions.NONE).size() - quantizers.size(),
              decibels(before),
              decibels(left),
              SAMPLES,
              runs));
    }
  }

  /** Something that can be done about a place. */
  private record Option(String words, Exceptions exceptions, double noise) {
    Option(String words, Exceptions exceptions) {
      this(words, exceptions, Double.NaN);
    }

    Option with(double measured) {
      return new Option(words, exceptions, measured);
    }
  }

  private static String decibels(double noise) {
    return noise > 0 && Double.isFinite(noise)
        ? String.format(Locale.ROOT, "%.1f dB", -10 * Math.log10(noise))
        : noise == 0 ? "no noise" : "outputs that are not finite";
  }
}
