package dev.tailgate.page.chart;

import dev.tailgate.result.ChannelPeak;
import dev.tailgate.result.GridRange;
import dev.tailgate.result.HeatMap;
import dev.tailgate.result.ValueHistogram;
import dev.tailgate.result.WorstTap;
import dev.tailgate.result.wording.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The closer look at the worst tap: where its outliers are, and what they do to its range. */
public final class WorstTapCharts {
  private WorstTapCharts() {}

  /**
   * Magnitude over channels and tokens.
   *
   * <p>Shades run logarithmically from the median cell to the largest when these are more than four
   * times apart, so that ordinary values stay pale and an outlier cannot hide the second one;
   * otherwise linearly from 0. Infinite cells take the darkest shade.
   */
  public static ChartSpec.Heat heatMap(WorstTap tap) {
    HeatMap map = tap.heatMap();
    double[] sorted =
        map.values().stream()
            .flatMap(List::stream)
            .mapToDouble(Float::doubleValue)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    double high =
        sorted.length == 0 || sorted[sorted.length - 1] == 0 ? 1 : sorted[sorted.length - 1];
    double median = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    boolean log = median > 0 && high > 4 * median;
    Axis scale = log ? logScale(median, high) : Ticks.exact("|x|", 0, high, 4);
    return new ChartSpec.Heat(
        "Magnitude of " + tap.tensor() + ", sample " + tap.sample(),
        cellAxis("token", map.tokens(), map.tokenCount()),
        cellAxis("channel", map.channels(), map.channelCount()),
        map.values().stream()
            .map(row -> row.stream().map(value -> shade(scale, value)).toList())
            .toList(),
        scale);
  }

  private static Axis logScale(double low, double high) {
    List<Axis.Tick> ticks =
        IntStream.rangeClosed(0, 4)
            .mapToDouble(i -> low * Math.pow(high / low, i / 4.0))
            .mapToObj(at -> new Axis.Tick(at, shortLabel(at)))
            .toList();
    return new Axis("|x|, log scale from the median", low, high, true, ticks);
  }

  private static String shortLabel(double at) {
    return Numbers.compact(new BigDecimal(at).round(new MathContext(2)).doubleValue());
  }

  private static int shade(Axis scale, float value) {
    if (Float.isNaN(value)) {
      return -1;
    }
    double position = value == 0 && scale.logarithmic() ? 0 : scale.position(value);
    double level = position * (ChartSpec.Heat.SHADES - 1);
    return (int) Math.max(0, Math.min(ChartSpec.Heat.SHADES - 1, Math.rint(level)));
  }

  /** Labels cells with the original indices; the axis itself counts cells. */
  private static Axis cellAxis(String name, List<Integer> starts, int count) {
    int cells = starts.size();
    int stride = Math.max(1, (cells + 7) / 8);
    List<Axis.Tick> ticks = new ArrayList<>();
    for (int cell = 0; cell < cells; cell += stride) {
      ticks.add(new Axis.Tick(cell + 0.5, Integer.toString(starts.get(cell))));
    }
    String title =
        cells == count
            ? name
            : name + " (maximum over groups of about " + Math.round((double) count / cells) + ")";
    return new Axis(title, 0, Math.max(1, cells), false, ticks);
  }

  /** How often each value occurs, counts on a logarithmic axis, the clipping range marked. */
  public static ChartSpec.Histogram histogram(WorstTap tap) {
    ValueHistogram values = tap.histogram();
    double low = values.edges().get(0);
    double high = values.edges().get(values.edges().size() - 1);
    double room = (high - low) * 0.02;
    double most = Math.max(1, values.counts().stream().mapToLong(count -> count).max().orElse(1));
    return new ChartSpec.Histogram(
        "Values of " + tap.tensor(),
        Ticks.exact(
            "value",
            Math.min(low, tap.clipping().map(GridRange::low).filter(Double::isFinite).orElse(low))
                - room,
            Math.max(
                    high, tap.clipping().map(GridRange::high).filter(Double::isFinite).orElse(high))
                + room,
            6),
        countAxis(most),
        values.edges(),
        values.counts(),
        tap.clipping());
  }

  /**
   * Decades from 1 up, with room below, so that a bin of one value still stands above the floor.
   */
  private static Axis countAxis(double most) {
    Axis decades = Ticks.log("count, log scale", 1, most);
    return new Axis(decades.title(), 0.5, decades.max(), true, decades.ticks());
  }

  /** The channels with the largest magnitudes. */
  public static ChartSpec.Bar channels(WorstTap tap) {
    List<ChannelPeak> peaks = tap.topChannels().stream().limit(12).toList();
    List<Axis.Tick> ticks =
        IntStream.range(0, peaks.size())
            .mapToObj(i -> new Axis.Tick(i, Integer.toString(peaks.get(i).channel())))
            .toList();
    double high =
        peaks.stream().mapToDouble(ChannelPeak::maxAbs).filter(Double::isFinite).max().orElse(1);
    return new ChartSpec.Bar(
        "Largest channels of " + tap.tensor(),
        new Axis("channel", -0.5, Math.max(0, peaks.size() - 1) + 0.5, false, ticks),
        Ticks.linear("max |x|", 0, high > 0 ? high : 1, 5),
        peaks.stream().map(ChannelPeak::maxAbs).toList());
  }
}
