package dev.tailgate.page.chart;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.WorstTap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The charts of a report.
 *
 * @param kurtosis kurtosis by layer, all models
 * @param infNorm infinity norm by layer, all models
 * @param worstTap the closer look at the first model's worst tap
 */
public record ChartSet(ChartSpec kurtosis, ChartSpec infNorm, Optional<CloserLook> worstTap) {

  /** Names a chart file may have, in the order of the report. */
  public static final List<String> FILES =
      List.of(
          "kurtosis-by-layer.svg",
          "inf-norm-by-layer.svg",
          "worst-tap-heat-map.svg",
          "worst-tap-histogram.svg",
          "worst-tap-channels.svg");

  /**
   * Three views of one tap.
   *
   * @param heatMap magnitude over channels and tokens
   * @param histogram how often each value occurs
   * @param channels the largest channels
   */
  public record CloserLook(ChartSpec heatMap, ChartSpec histogram, ChartSpec channels) {}

  /** The charts of some models, the first being the one the report is about. */
  public static ChartSet of(List<RunResult> results) {
    Optional<WorstTap> worst = results.get(0).worstTap();
    return new ChartSet(
        LayerCharts.kurtosis(results),
        LayerCharts.infNorm(results),
        worst.map(
            tap ->
                new CloserLook(
                    WorstTapCharts.heatMap(tap),
                    WorstTapCharts.histogram(tap),
                    WorstTapCharts.channels(tap))));
  }

  /**
   * The charts there are, each to be written under the name of the same position in {@link #FILES}.
   */
  public List<ChartSpec> inFileOrder() {
    List<ChartSpec> charts = new ArrayList<>(List.of(kurtosis, infNorm));
    worstTap.ifPresent(
        look -> charts.addAll(List.of(look.heatMap(), look.histogram(), look.channels())));
    return List.copyOf(charts);
  }
}
