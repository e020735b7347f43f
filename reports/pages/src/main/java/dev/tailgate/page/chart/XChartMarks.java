package dev.tailgate.page.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Lets XChart place the marks of a chart on a plot area of a given size.
 *
 * <p>Each chart is stripped to its marks: axes, titles, grid and legend are off, all margins 0, and
 * values come as the pixels where {@link Axis#position} puts them, on axes from 0 to the size of
 * the plot, with the origin in the upper left corner. XChart chooses ticks even where it draws
 * none, by adding steps; with values of 1e20 a step is lost in rounding, and it never ends.
 */
final class XChartMarks {
  private static final Color NOTHING = new Color(0, 0, 0, 0);
  private static final float LINE_WIDTH = 2f;
  private static final int MARKER_SIZE = 6;

  private XChartMarks() {}

  static String svg(ChartSpec spec, int width, int height) {
    SvgMarks svg = new SvgMarks();
    if (spec instanceof ChartSpec.Line line) {
      if (!line.series().isEmpty()) {
        lines(line, width, height).paint(svg, width, height);
      }
    } else if (spec instanceof ChartSpec.Bar bar) {
      if (!bar.values().isEmpty()) {
        bars(bar, width, height).paint(svg, width, height);
      }
    } else if (spec instanceof ChartSpec.Heat heat) {
      cells(heat, width, height).paint(svg, width, height);
    } else if (spec instanceof ChartSpec.Histogram histogram) {
      outline(histogram, width, height).paint(svg, width, height);
    } else if (spec instanceof ChartSpec.Dots dots) {
      return PointMarks.dots(dots, width, height);
    } else if (spec instanceof ChartSpec.Scatter scatter) {
      return PointMarks.scatter(scatter, width, height);
    }
    return svg.elements();
  }

  private static XYChart lines(ChartSpec.Line spec, int width, int height) {
    XYChart chart = xy(width, height);
    chart.getStyler().setMarkerSize(MARKER_SIZE);
    for (int i = 0; i < spec.series().size(); i++) {
      ChartSpec.Series series = spec.series().get(i);
      XYSeries marks =
          chart.addSeries(
              Integer.toString(i),
              series.xs().stream().mapToDouble(x -> pixel(spec.x(), x, width)).toArray(),
              series.ys().stream().mapToDouble(y -> pixel(spec.y(), y, height)).toArray());
      Color key = Ink.series(series.color()).key();
      marks.setLineColor(key);
      marks.setMarkerColor(key);
      marks.setMarker(new SymbolMarker(series.model()));
      marks.setLineStyle(stroke(series.model()));
    }
    return chart;
  }

  /** Zero has no place on a logarithmic axis, infinity on none; both are gaps, like NaN. */
  private static double pixel(Axis axis, double value, int size) {
    boolean possible = Double.isFinite(value) && (!axis.logarithmic() || value > 0);
    return possible ? edge(axis, value) * size : Double.NaN;
  }

  /** What lies beyond the plot is drawn to its edge. */
  private static double edge(Axis axis, double value) {
    return Math.max(0, Math.min(1, axis.position(value)));
  }

  private static BasicStroke stroke(int model) {
    float[] dash = Symbols.dash(model);
    return dash.length == 0
        ? new BasicStroke(LINE_WIDTH)
        : new BasicStroke(LINE_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
  }

  /** A symbol where a line has a value. */
  private static final class SymbolMarker extends Marker {
    private final int number;

    SymbolMarker(int number) {
      this.number = number;
    }

    @Override
    public void paint(Graphics2D graphics, double x, double y, int size) {
      graphics.fill(Symbols.at(number, x, y, size / 2.0));
    }
  }

  private static CategoryChart bars(ChartSpec.Bar spec, int width, int height) {
    CategoryChart chart = new CategoryChart(width, height);
    bare(chart.getStyler());
    chart.getStyler().setAvailableSpaceFill(0.6);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax((double) height);
    List<String> names =
        IntStream.range(0, spec.values().size()).mapToObj(Integer::toString).toList();
    CategorySeries marks =
        chart.addSeries(
            "bars",
            names,
            spec.values().stream()
                .map(v -> Double.isFinite(v) ? edge(spec.y(), v) * height : 0.0)
                .toList());
    marks.setFillColor(Ink.series(0).key());
    return chart;
  }

  private static HeatMapChart cells(ChartSpec.Heat spec, int width, int height) {
    HeatMapChart chart = new HeatMapChart(width, height);
    bare(chart.getStyler());
    chart
        .getStyler()
        .setRangeColors(
            new Color[] {Ink.shade(0).key(), Ink.shade(ChartSpec.Heat.SHADES - 1).key()})
        .setMin(0)
        .setMax(ChartSpec.Heat.SHADES - 1)
        .setShowValue(false)
        .setDrawBorder(false);
    List<Number[]> cells = new ArrayList<>();
    for (int row = 0; row < spec.shades().size(); row++) {
      for (int column = 0; column < spec.shades().get(row).size(); column++) {
        int shade = spec.shades().get(row).get(column);
        if (shade >= 0) {
          cells.add(new Number[] {column, row, shade});
        }
      }
    }
    // Text labels: with numbers XChart 4.0.3 looks for a decimal pattern that is null by default.
    int columns = spec.shades().isEmpty() ? 0 : spec.shades().get(0).size();
    chart.addSeries("cells", names(columns), names(spec.shades().size()), cells);
    return chart;
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "c" + i).toList();
  }

  private static XYChart outline(ChartSpec.Histogram spec, int width, int height) {
    XYChart chart = xy(width, height);
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
    double floor = spec.y().min();
    List<Double> xs = new ArrayList<>(List.of(spec.edges().get(0)));
    List<Double> ys = new ArrayList<>(List.of(floor));
    for (int bin = 0; bin < spec.counts().size(); bin++) {
      double top = Math.max(floor, spec.counts().get(bin));
      xs.addAll(List.of(spec.edges().get(bin), spec.edges().get(bin + 1)));
      ys.addAll(List.of(top, top));
    }
    xs.add(spec.edges().get(spec.edges().size() - 1));
    ys.add(floor);
    XYSeries marks =
        chart.addSeries(
            "bins",
            xs.stream().mapToDouble(x -> edge(spec.x(), x) * width).toArray(),
            ys.stream().mapToDouble(y -> edge(spec.y(), y) * height).toArray());
    marks.setFillColor(Ink.series(0).key());
    marks.setLineStyle(SeriesLines.NONE);
    marks.setMarker(SeriesMarkers.NONE);
    return chart;
  }

  private static XYChart xy(int width, int height) {
    XYChart chart = new XYChart(width, height);
    bare(chart.getStyler());
    chart
        .getStyler()
        .setXAxisMin(0.0)
        .setXAxisMax((double) width)
        .setYAxisMin(0.0)
        .setYAxisMax((double) height);
    return chart;
  }

  private static void bare(AxesChartStyler styler) {
    styler.setLocale(Locale.ROOT);
    styler.setDecimalPattern("0");
    styler.setChartTitleVisible(false).setLegendVisible(false).setChartPadding(0);
    styler.setPlotContentSize(1).setPlotBorderVisible(false);
    styler.setChartBackgroundColor(NOTHING).setPlotBackgroundColor(NOTHING);
    styler.setAxisTicksVisible(false).setAxisTitlesVisible(false).setPlotMargin(0);
    styler.setPlotGridLinesVisible(false).setPlotTicksMarksVisible(false);
    styler.setAxisTickPadding(0).setAxisTickMarkLength(0).setAxisTitlePadding(0);
  }
}
