package dev.tailgate.page.chart;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.wording.ModelNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A statistic by layer, one line for each tap role, of one model or of several.
 *
 * <p>Shown are the taps behind the headline that belong to a layer, or all that belong to one when
 * the headline has none. Where a layer has several taps of a role, the largest value is shown. Of
 * more than six roles, those with the largest values are. From three models on there is one line a
 * model, the largest value of all its roles: a line for each model and role could not be told from
 * the others.
 */
public final class LayerCharts {
  private static final int MOST_WITH_ROLES = 2;

  private LayerCharts() {}

  /** Row-averaged kurtosis by layer. */
  public static ChartSpec.Line kurtosis(List<RunResult> results) {
    return chart("Kurtosis by layer", "kurtosis (Gaussian \u2248 3)", results, TapResult::kurtosis);
  }

  /** Row-averaged infinity norm by layer. */
  public static ChartSpec.Line infNorm(List<RunResult> results) {
    return chart(
        "Infinity norm by layer", "mean over rows of max |x|", results, TapResult::maxInfNorm);
  }

  private static ChartSpec.Line chart(
      String title, String unit, List<RunResult> results, ToDoubleFunction<TapResult> statistic) {
    List<Map<String, SortedMap<Integer, Double>>> models =
        results.stream().map(result -> byRole(result, statistic)).toList();
    boolean crowded = results.size() > MOST_WITH_ROLES;
    List<ChartSpec.Series> series = crowded ? largest(models, results) : byRole(models);
    String of = crowded ? unit + ", largest tap" : unit;
    int last =
        (int) series.stream().flatMap(s -> s.xs().stream()).mapToDouble(x -> x).max().orElse(0);
    List<Double> ys = series.stream().flatMap(s -> s.ys().stream()).toList();
    String scale = Ticks.forValues(of, ys).logarithmic() ? of + ", log scale" : of;
    return new ChartSpec.Line(
        title,
        Ticks.indices("layer", 0, last),
        Ticks.forValues(scale, ys),
        series,
        ModelNames.of(results));
  }

  private static List<ChartSpec.Series> byRole(
      List<Map<String, SortedMap<Integer, Double>>> models) {
    List<String> roles = largestRoles(models);
    List<ChartSpec.Series> series = new ArrayList<>();
    for (int m = 0; m < models.size(); m++) {
      for (String role : roles) {
        SortedMap<Integer, Double> values = models.get(m).get(role);
        if (values != null) {
          series.add(line(role, roles.indexOf(role), m, values));
        }
      }
    }
    return series;
  }

  /** One line a model, in a colour of its own: of the roles the largest value of each layer. */
  private static List<ChartSpec.Series> largest(
      List<Map<String, SortedMap<Integer, Double>>> models, List<RunResult> results) {
    List<String> names = ModelNames.of(results);
    List<ChartSpec.Series> series = new ArrayList<>();
    for (int m = 0; m < models.size(); m++) {
      SortedMap<Integer, Double> values = new TreeMap<>();
      models
          .get(m)
          .values()
          .forEach(role -> role.forEach((layer, value) -> values.merge(layer, value, Math::max)));
      series.add(line(names.get(m), m, m, values));
    }
    return series;
  }

  private static ChartSpec.Series line(
      String name, int color, int model, SortedMap<Integer, Double> values) {
    return new ChartSpec.Series(
        name,
        color,
        model,
        values.keySet().stream().map(Integer::doubleValue).toList(),
        List.copyOf(values.values()));
  }

  private static Map<String, SortedMap<Integer, Double>> byRole(
      RunResult result, ToDoubleFunction<TapResult> statistic) {
    List<TapResult> headline = layered(result).filter(TapResult::inHeadline).toList();
    List<TapResult> shown = headline.isEmpty() ? layered(result).toList() : headline;
    Map<String, SortedMap<Integer, Double>> roles = new LinkedHashMap<>();
    for (TapResult tap : shown) {
      roles
          .computeIfAbsent(tap.role(), role -> new TreeMap<>())
          .merge(tap.layer(), statistic.applyAsDouble(tap), Math::max);
    }
    return roles;
  }

  private static Stream<TapResult> layered(RunResult result) {
    return result.taps().stream().filter(tap -> tap.layer() >= 0);
  }

  private static List<String> largestRoles(List<Map<String, SortedMap<Integer, Double>>> models) {
    Map<String, Double> peaks = new LinkedHashMap<>();
    models.forEach(
        roles -> roles.forEach((role, values) -> peaks.merge(role, peak(values), Math::max)));
    List<String> kept =
        peaks.entrySet().stream()
            .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
            .limit(Ink.SERIES_COLORS)
            .map(Map.Entry::getKey)
            .toList();
    return peaks.keySet().stream().filter(kept::contains).toList();
  }

  private static double peak(SortedMap<Integer, Double> values) {
    return values.values().stream()
        .mapToDouble(v -> v)
        .filter(v -> !Double.isNaN(v))
        .max()
        .orElse(0);
  }
}
