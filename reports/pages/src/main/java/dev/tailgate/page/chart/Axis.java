package dev.tailgate.page.chart;

import java.util.List;

/**
 * One axis of a chart: what it measures, from where to where, and where its labels stand.
 *
 * @param title quantity and unit
 * @param min value at the lower end
 * @param max value at the upper end, above {@code min}
 * @param logarithmic whether equal distances are equal ratios; then {@code min} is above 0
 * @param ticks labelled values inside the range, ascending
 */
public record Axis(String title, double min, double max, boolean logarithmic, List<Tick> ticks) {

  /**
   * A labelled value.
   *
   * @param at where it stands
   * @param label what is written there
   */
  public record Tick(double at, String label) {}

  public Axis {
    ticks = List.copyOf(ticks);
    if (!(min < max) || Double.isInfinite(max - min) || (logarithmic && min <= 0)) {
      throw new IllegalArgumentException(
          "axis '" + title + "' from " + min + " to " + max + (logarithmic ? ", logarithmic" : ""));
    }
  }

  /**
   * Where a value lies along the axis: 0 at the lower end, 1 at the upper; outside values beyond.
   */
  public double position(double value) {
    return logarithmic
        ? (Math.log(value) - Math.log(min)) / (Math.log(max) - Math.log(min))
        : (value - min) / (max - min);
  }
}
