package dev.tailgate.reports.methods;

import dev.tailgate.stats.result.RunResult;
import dev.tailgate.stats.result.Score;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One method of one family over its seeds; the columns of the papers' tables.
 *
 * @param metric the task metric that {@code fp} and {@code quantized} are
 * @param change quantized minus float, seed by seed
 */
public record MethodSummary(
    String family,
    String method,
    int seeds,
    String metric,
    Spread fp,
    Spread quantized,
    Spread change,
    Spread averageKurtosis,
    Spread maxInfNorm) {

  /** A summary for each family and method, in the order in which they first appear. */
  public static List<MethodSummary> of(List<MethodRun> runs) {
    Map<String, List<MethodRun>> groups = new LinkedHashMap<>();
    for (MethodRun run : runs) {
      groups.computeIfAbsent(run.family() + "/" + run.method(), key -> new ArrayList<>()).add(run);
    }
    return groups.values().stream().map(MethodSummary::summary).toList();
  }

  private static MethodSummary summary(List<MethodRun> runs) {
    MethodRun first = runs.get(0);
    return new MethodSummary(
        first.family(),
        first.method(),
        runs.size(),
        first.result().task().name(),
        spread(runs, r -> r.task().fp().map(Score::value).orElse(Double.NaN)),
        spread(runs, r -> r.task().quantized().map(Score::value).orElse(Double.NaN)),
        spread(runs, r -> r.task().delta().map(Score::value).orElse(Double.NaN)),
        spread(runs, r -> r.headline().averageKurtosis()),
        spread(runs, r -> r.headline().maxInfNorm()));
  }

  private static Spread spread(List<MethodRun> runs, ToDoubleFunction<RunResult> number) {
    return Spread.of(runs.stream().map(MethodRun::result).mapToDouble(number).toArray());
  }
}
