package dev.tailgate.result.compare;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.TapResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The outlier metrics layer by layer, mean over seeds. The two columns of the tables are made from
 * the same taps: the mean of all kurtoses, the largest of all norms.
 *
 * @param layers layers that have a tap of the preset, ascending; taps outside of layers are left
 *     out
 * @param kurtosis mean over the taps of the layer
 * @param infNorm largest of the taps of the layer
 */
public record Profile(List<Integer> layers, List<Double> kurtosis, List<Double> infNorm) {
  /** Copies the lists. */
  public Profile {
    layers = List.copyOf(layers);
    kurtosis = List.copyOf(kurtosis);
    infNorm = List.copyOf(infNorm);
  }

  static Profile of(List<MethodRun> runs) {
    List<Integer> layers =
        runs.stream()
            .flatMap(run -> taps(run.result()))
            .map(TapResult::layer)
            .distinct()
            .sorted(Comparator.naturalOrder())
            .toList();
    List<Double> kurtosis = new ArrayList<>();
    List<Double> infNorm = new ArrayList<>();
    for (int layer : layers) {
      kurtosis.add(meanOver(runs, result -> of(result, layer, TapResult::kurtosis).average()));
      infNorm.add(meanOver(runs, result -> of(result, layer, TapResult::maxInfNorm).max()));
    }
    return new Profile(layers, kurtosis, infNorm);
  }

  private interface Summary {
    OptionalDouble of(RunResult result);
  }

  /** Seeds without the layer do not count. */
  private static double meanOver(List<MethodRun> runs, Summary summary) {
    return runs.stream()
        .map(run -> summary.of(run.result()))
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .average()
        .orElse(Double.NaN);
  }

  private static DoubleStream of(
      RunResult result, int layer, ToDoubleFunction<TapResult> statistic) {
    return taps(result).filter(tap -> tap.layer() == layer).mapToDouble(statistic);
  }

  private static Stream<TapResult> taps(RunResult result) {
    return result.taps().stream().filter(tap -> tap.inHeadline() && tap.layer() >= 0);
  }
}
