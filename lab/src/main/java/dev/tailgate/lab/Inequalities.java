package dev.tailgate.lab;

import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.Study;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Counts of draws and violations, and the slacks, of many inequalities at once. */
final class Inequalities {
  private static final double ROUNDING = 1e-11;
  private static final double DIFFERENCES = 1e-4;
  private static final int QUANTILES = 100;
  private static final int KEPT = 20_000;

  /** One inequality {@code slack >= 0}; the slacks that are kept are the first ones. */
  private static final class Tally {
    private final String source;
    private final double[] slacks = new double[KEPT];
    private long draws;
    private long violations;
    private double smallest = Double.POSITIVE_INFINITY;
    private boolean isIdentity;

    Tally(String source) {
      this.source = source;
    }

    void add(double slack, double rounding) {
      if (draws < KEPT) {
        slacks[(int) draws] = slack;
      }
      draws++;
      smallest = Math.min(smallest, slack);
      // A slack that is NaN is none.
      violations += slack >= -rounding ? 0 : 1;
    }

    double quantile(double at) {
      double[] sorted = Arrays.copyOf(slacks, (int) Math.min(draws, KEPT));
      Arrays.sort(sorted);
      return sorted[(int) Math.min(sorted.length - 1, at * sorted.length)];
    }
  }

  private final Map<String, Tally> tallies = new LinkedHashMap<>();

  private Tally tally(String statement, String source) {
    return tallies.computeIfAbsent(statement, key -> new Tally(source));
  }

  /** {@code slack >= 0}, of terms of a size. */
  void add(String statement, String source, double slack, double size) {
    tally(statement, source).add(slack / size, ROUNDING);
  }

  /** {@code difference = 0}, of terms of a size. */
  void equal(String statement, String source, double difference, double size) {
    Tally tally = tally(statement, source);
    tally.isIdentity = true;
    tally.add(-difference / size, ROUNDING);
  }

  /** {@code slack >= 0} of derivatives that are differences. */
  void slope(String statement, String source, double slack, double size) {
    tally(statement, source).add(slack / size, DIFFERENCES);
  }

  List<Claim> claims() {
    List<Claim> claims = new ArrayList<>();
    tallies.forEach(
        (statement, tally) ->
            claims.add(
                Claim.proven(
                    statement,
                    tally.violations
                        + " violations in "
                        + tally.draws
                        + " draws, smallest slack "
                        + Words.number(tally.smallest),
                    tally.violations == 0,
                    tally.source)));
    return claims;
  }

  Study.Table table() {
    List<List<String>> rows = new ArrayList<>();
    tallies.forEach(
        (statement, tally) ->
            rows.add(
                List.of(
                    statement,
                    Long.toString(tally.draws),
                    Long.toString(tally.violations),
                    Words.number(tally.smallest),
                    Words.number(tally.quantile(0.5)))));
    return new Study.Table(
        "Slack of each statement, over the size of its terms",
        List.of("statement", "draws", "violations", "smallest", "median"),
        rows);
  }

  /** How much room is left, of the inequalities that are no identities. */
  Study.Chart chart() {
    List<Double> at = IntStream.range(0, QUANTILES).mapToObj(i -> (i + 0.5) / QUANTILES).toList();
    List<Study.Line> lines = new ArrayList<>();
    for (String statement : tallies.keySet()) {
      Tally tally = Objects.requireNonNull(tallies.get(statement));
      boolean isInequality = statement.contains("<=") || statement.contains(">=");
      if (isInequality && !tally.isIdentity) {
        lines.add(
            new Study.Line(
                statement, at, at.stream().map(q -> Math.max(0, tally.quantile(q))).toList()));
      }
    }
    return new Study.Chart(
        "Slack of inequalities by quantile", "share of draws", "slack", false, true, lines);
  }
}
