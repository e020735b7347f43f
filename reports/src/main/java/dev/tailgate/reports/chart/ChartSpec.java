package dev.tailgate.reports.chart;

import dev.tailgate.stats.result.Range;
import java.util.List;
import java.util.Optional;

/**
 * What a chart shows, before anything is drawn: the part of a chart that tests look at.
 *
 * <p>Titles and names may come from a model file; they are escaped where SVG is written.
 */
public sealed interface ChartSpec {

  /** What the chart is about, one line. */
  String title();

  /** The horizontal axis. */
  Axis x();

  /** The vertical axis. */
  Axis y();

  /**
   * Values over an ordered quantity.
   *
   * @param title see {@link #title()}
   * @param x see {@link #x()}
   * @param y see {@link #y()}
   * @param series lines, in the order of the legend
   * @param models names of the models the lines belong to; more than one is named in the legend
   */
  record Line(String title, Axis x, Axis y, List<Series> series, List<String> models)
      implements ChartSpec {
    public Line {
      models = List.copyOf(models);
      series = List.copyOf(series);
    }
  }

  /**
   * One line.
   *
   * @param name what the legend says
   * @param color number of its colour; lines to be compared share one
   * @param model 0 for the model of the report (solid), 1 and up for those beside it (dashed)
   * @param xs ascending
   * @param ys as many; NaN leaves a gap
   */
  record Series(String name, int color, int model, List<Double> xs, List<Double> ys) {
    public Series {
      xs = List.copyOf(xs);
      ys = List.copyOf(ys);
      if (xs.size() != ys.size()) {
        throw new IllegalArgumentException(
            "series '" + name + "' has " + xs.size() + " x and " + ys.size() + " y values");
      }
    }
  }

  /**
   * Values of unordered things.
   *
   * @param title see {@link #title()}
   * @param x see {@link #x()}; bar i stands at i
   * @param y see {@link #y()}
   * @param values heights
   */
  record Bar(String title, Axis x, Axis y, List<Double> values) implements ChartSpec {
    public Bar {
      values = List.copyOf(values);
    }
  }

  /**
   * Magnitudes over two axes.
   *
   * @param title see {@link #title()}
   * @param x see {@link #x()}, in cells
   * @param y see {@link #y()}, in cells
   * @param shades {@code shades.get(row).get(column)}: 0 to {@link #SHADES} - 1, or -1 for no
   *     number
   * @param scale what the shades stand for
   */
  record Heat(String title, Axis x, Axis y, List<List<Integer>> shades, Axis scale)
      implements ChartSpec {

    /** Shades a heat map tells apart. */
    public static final int SHADES = Ink.SHADES;

    public Heat {
      shades = shades.stream().map(List::copyOf).toList();
    }
  }

  /**
   * Counts over adjacent bins.
   *
   * @param title see {@link #title()}
   * @param x see {@link #x()}
   * @param y see {@link #y()}
   * @param edges bin edges, one more than counts
   * @param counts how many values fell into each bin
   * @param clipping the range a quantizer can represent, marked when there is one
   */
  record Histogram(
      String title, Axis x, Axis y, List<Double> edges, List<Long> counts, Optional<Range> clipping)
      implements ChartSpec {
    public Histogram {
      edges = List.copyOf(edges);
      counts = List.copyOf(counts);
    }
  }
}
