package dev.tailgate.page.chart;

import dev.tailgate.result.wording.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Chooses axis ranges and round tick values, for any values: a range covers what lies between
 * 1e-300 and 1e300 in magnitude, where steps and ratios neither overflow nor vanish. What is larger
 * lies beyond the end, what is smaller counts as 0.
 */
final class Ticks {
  private static final double LARGEST = 1e300;
  private static final double SMALLEST = 1e-300;

  private Ticks() {}

  private static double bounded(double value) {
    double size = Math.abs(value);
    return !(size >= SMALLEST) ? 0 : Math.copySign(Math.min(size, LARGEST), value);
  }

  /** Above this ratio between the largest and the smallest value an axis turns logarithmic. */
  static final double LOG_FROM_RATIO = 100;

  /** An axis for the values: from 0, or logarithmic over whole decades when they span too much. */
  static Axis forValues(String title, Collection<Double> values) {
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (double any : values) {
      double value = bounded(any);
      if (value > 0 && !Double.isInfinite(any)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (high == 0) {
      return linear(title, 0, 1, 5);
    }
    return high / low > LOG_FROM_RATIO ? log(title, low, high) : linear(title, 0, high, 5);
  }

  /**
   * An axis that shows differences between values, with air around them: from 0 only where the
   * smallest is not far from it. Values that are not finite do not count.
   */
  static Axis around(String title, Collection<Double> values) {
    List<Double> finite = finite(values);
    if (finite.isEmpty()) {
      return linear(title, 0, 1, 5);
    }
    double low = finite.stream().mapToDouble(v -> v).min().orElseThrow();
    double high = finite.stream().mapToDouble(v -> v).max().orElseThrow();
    boolean fromZero = low >= 0 && low < 0.35 * high;
    double air = high > low ? (high - low) * 0.08 : Math.max(Math.abs(high) * 0.1, 1e-6);
    return exact(title, fromZero ? 0 : low - air, high + air, 5);
  }

  private static List<Double> finite(Collection<Double> values) {
    return values.stream().filter(Double::isFinite).map(Ticks::bounded).toList();
  }

  /** The same, logarithmic as above. */
  static Axis aroundOrLog(String title, Collection<Double> values) {
    List<Double> finite = finite(values);
    double low = finite.stream().mapToDouble(v -> v).min().orElse(0);
    double high = finite.stream().mapToDouble(v -> v).max().orElse(0);
    return low > 0 && high / low > LOG_FROM_RATIO
        ? log(title + ", log scale", low, high)
        : around(title, values);
  }

  /** An axis of names, the first on top. */
  static Axis names(String title, List<String> names) {
    List<Axis.Tick> ticks = new ArrayList<>();
    for (int i = names.size() - 1; i >= 0; i--) {
      ticks.add(new Axis.Tick(names.size() - 1.0 - i, names.get(i)));
    }
    return new Axis(title, -0.5, Math.max(1, names.size()) - 0.5, false, ticks);
  }

  /** A linear axis whose upper end is rounded up to a tick; about {@code wanted} steps. */
  static Axis linear(String title, double from, double to, int wanted) {
    double min = bounded(from);
    double max = above(min, bounded(to));
    double step = roundStep((max - min) / wanted);
    double top = Math.ceil(max / step - 1e-9) * step;
    double bottom = Math.floor(min / step + 1e-9) * step;
    return new Axis(title, bottom, top, false, steps(bottom, top, step));
  }

  /** A linear axis with exactly these ends, if they differ, ticks at round values inside. */
  static Axis exact(String title, double from, double to, int wanted) {
    double min = bounded(from);
    double max = above(min, bounded(to));
    return new Axis(title, min, max, false, steps(min, max, roundStep((max - min) / wanted)));
  }

  /** {@code max}, or what lies above {@code min} where too little is between them for steps. */
  private static double above(double min, double max) {
    return max - min > 1e-9 * Math.max(Math.abs(min), Math.abs(max))
        ? max
        : min + Math.max(Math.abs(min) * 0.1, 1e-6);
  }

  /** A logarithmic axis over whole decades, labelled at most about six times. */
  static Axis log(String title, double low, double high) {
    int first = (int) Math.floor(Math.log10(low) + 1e-9);
    int last = Math.max(first + 1, (int) Math.ceil(Math.log10(high) - 1e-9));
    int stride = Math.max(1, (last - first + 5) / 6);
    List<Axis.Tick> ticks = new ArrayList<>();
    for (int decade = first; decade <= last; decade += stride) {
      double at = Math.pow(10, decade);
      ticks.add(new Axis.Tick(at, label(at)));
    }
    return new Axis(title, Math.pow(10, first), Math.pow(10, last), true, ticks);
  }

  /** An axis of indices 0 to count - 1 with half a step of air at both ends. */
  static Axis indices(String title, int first, int last) {
    int stride = Math.max(1, (int) roundStep(Math.max(1, ((double) last - first) / 12)));
    List<Axis.Tick> ticks = new ArrayList<>();
    for (long i = first; i <= last; i += stride) {
      ticks.add(new Axis.Tick(i, Long.toString(i)));
    }
    return new Axis(title, first - 0.5, last + 0.5, false, ticks);
  }

  private static List<Axis.Tick> steps(double min, double max, double step) {
    List<Axis.Tick> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) {
      ticks.add(new Axis.Tick(i * step, label(i * step)));
    }
    return ticks;
  }

  /** The next of 1, 2, 5, 10, ... times a power of ten at or above the size. */
  private static double roundStep(double size) {
    double power = Math.pow(10, Math.floor(Math.log10(size)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= size * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static String label(double at) {
    if (at >= 1e4 && at == Math.pow(10, Math.rint(Math.log10(at)))) {
      return "1e" + Math.round(Math.log10(at));
    }
    double size = Math.abs(at);
    String number =
        size < 1e-3 && size >= 1e-6
            ? new BigDecimal(at).round(new MathContext(3)).stripTrailingZeros().toPlainString()
            : Numbers.compact(at);
    return number.replace('-', '\u2212');
  }
}
