package dev.tailgate.page.chart;

import dev.tailgate.result.GridRange;
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
   * @param models names of the models the lines belong to; more than one is named in the legend.
   *     Where each has one line, it has a colour of its own, too
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
   * @param model number of its dash pattern and its symbol; 0 is solid with circles
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
      String title,
      Axis x,
      Axis y,
      List<Double> edges,
      List<Long> counts,
      Optional<GridRange> clipping)
      implements ChartSpec {
    public Histogram {
      edges = List.copyOf(edges);
      counts = List.copyOf(counts);
    }
  }

  /**
   * Numbers of named things in rows, the first on top: one or more marks a row, each with its
   * spread and with what it is the mean of.
   *
   * @param title see {@link #title()}
   * @param x see {@link #x()}
   * @param y see {@link #y()}; a row stands where the tick with its name does
   * @param kinds what the legend calls open marks and full ones; empty or one name for no legend
   * @param dots the marks
   */
  record Dots(String title, Axis x, Axis y, List<String> kinds, List<Dot> dots)
      implements ChartSpec {
    public Dots {
      kinds = List.copyOf(kinds);
      dots = List.copyOf(dots);
    }
  }

  /**
   * One mark of a row.
   *
   * @param at where the row stands on the vertical axis
   * @param style number of colour and symbol
   * @param open whether it is drawn as an outline, as the first of two kinds is
   * @param value where it stands; not drawn where it is not finite
   * @param low where its bar begins; NaN for no bar
   * @param high where its bar ends, likewise
   * @param parts what it is the mean of
   */
  record Dot(
      double at,
      int style,
      boolean open,
      double value,
      double low,
      double high,
      List<Double> parts) {
    public Dot {
      parts = List.copyOf(parts);
    }
  }

  /**
   * Two numbers of named things.
   *
   * @param title see {@link #title()}
   * @param x see {@link #x()}
   * @param y see {@link #y()}
   * @param styles what the legend calls the colours and symbols, by number
   * @param points the things
   */
  record Scatter(String title, Axis x, Axis y, List<String> styles, List<Point> points)
      implements ChartSpec {
    public Scatter {
      styles = List.copyOf(styles);
      points = List.copyOf(points);
    }
  }

  /**
   * One thing of a scatter chart.
   *
   * @param name written beside it where there is room
   * @param style number of colour and symbol
   * @param x across
   * @param y upwards; a point that is not finite in both is not drawn
   */
  record Point(String name, int style, double x, double y) {}
}
