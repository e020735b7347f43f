package dev.tailgate.reports.methods;

import java.util.List;
import java.util.Optional;

/**
 * By how much a method lowers the outlier metrics of its family: {@code 1 - method / vanilla}, of
 * the means over seeds. Negative where it raises them.
 *
 * @param averageKurtosis as a fraction
 * @param maxInfNorm likewise
 */
public record Reduction(String family, String method, double averageKurtosis, double maxInfNorm) {
  /** The method that others are compared with. */
  public static final String BASE = "vanilla";

  /** The reductions of {@code method} against {@link #BASE}, for families that have both. */
  public static List<Reduction> of(List<MethodSummary> summaries, String method) {
    return summaries.stream()
        .filter(summary -> summary.method().equals(method))
        .flatMap(summary -> against(summary, summaries).stream())
        .toList();
  }

  private static Optional<Reduction> against(MethodSummary summary, List<MethodSummary> summaries) {
    return summaries.stream()
        .filter(other -> other.family().equals(summary.family()) && other.method().equals(BASE))
        .findFirst()
        .map(
            base ->
                new Reduction(
                    summary.family(),
                    summary.method(),
                    1 - summary.averageKurtosis().mean() / base.averageKurtosis().mean(),
                    1 - summary.maxInfNorm().mean() / base.maxInfNorm().mean()));
  }

  /** The mean over families. */
  public static Optional<Reduction> average(List<Reduction> reductions) {
    if (reductions.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Reduction(
            "average",
            reductions.get(0).method(),
            reductions.stream().mapToDouble(Reduction::averageKurtosis).average().orElseThrow(),
            reductions.stream().mapToDouble(Reduction::maxInfNorm).average().orElseThrow()));
  }
}
