package dev.tailgate.result.compare;

import dev.tailgate.stats.metric.Interval;
import dev.tailgate.stats.metric.StudentInterval;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A relative change over seeds: -0.2 is 20 % less.
 *
 * @param mean of the changes of the seeds
 * @param low lower end of their 95 % interval; NaN for fewer than two seeds
 * @param high upper end
 * @param ofMeans change between the means over seeds, which is how a table of means is read
 * @param paper the same in arXiv 2404.03828, Table 1; NaN where it has none
 * @param seeds the change of each seed
 */
public record SeedChange(
    double mean, double low, double high, double ofMeans, double paper, List<Double> seeds) {
  /** Copies the list. */
  public SeedChange {
    seeds = List.copyOf(seeds);
  }

  /** The change from {@code before} to {@code after}, which hold a number for each seed. */
  static SeedChange between(double[] before, double[] after, double paper) {
    double[] changes = new double[before.length];
    Arrays.setAll(changes, i -> after[i] / before[i] - 1);
    return of(changes, mean(after) / mean(before) - 1, paper);
  }

  /** The mean of changes that have the same seeds, seed by seed. */
  static SeedChange meanOf(List<SeedChange> changes) {
    int seeds = changes.get(0).seeds().size();
    double[] means = new double[seeds];
    Arrays.setAll(means, i -> mean(changes.stream().mapToDouble(c -> c.seeds().get(i)).toArray()));
    return of(
        means,
        mean(changes.stream().mapToDouble(SeedChange::ofMeans).toArray()),
        mean(changes.stream().mapToDouble(SeedChange::paper).toArray()));
  }

  private static SeedChange of(double[] seeds, double ofMeans, double paper) {
    Interval interval = StudentInterval.of(seeds);
    return new SeedChange(
        mean(seeds),
        interval.low(),
        interval.high(),
        ofMeans,
        paper,
        Arrays.stream(seeds).boxed().toList());
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** Mean and interval in percent, such as {@code -21.9 % (-30.0 to -13.8)}. */
  public String inWords() {
    return Double.isNaN(low)
        ? percent(mean) + " %"
        : percent(mean) + " % (" + percent(low) + " to " + percent(high) + ")";
  }

  /** The change between the means in percent. */
  public String ofMeansInWords() {
    return Double.isFinite(ofMeans) ? percent(ofMeans) + " %" : "-";
  }

  /** The paper's change in percent, or a dash. */
  public String paperInWords() {
    return Double.isNaN(paper) ? "-" : String.format(Locale.ROOT, "%+.2f %%", 100 * paper);
  }

  private static String percent(double change) {
    return Double.isFinite(change) ? String.format(Locale.ROOT, "%+.1f", 100 * change) : "-";
  }
}
