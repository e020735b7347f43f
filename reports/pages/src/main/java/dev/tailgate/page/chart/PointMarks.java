package dev.tailgate.page.chart;

import java.util.List;

/**
 * Draws symbols, spreads and names on a plot area of a given size, its origin in the upper left
 * corner.
 */
final class PointMarks {
  private static final double RADIUS = 4.5;
  private static final double PART = 1.8;
  private static final double CAP = 4;

  /** How far the two marks of a row stand above and below it. */
  private static final double APART = 5.5;

  private PointMarks() {}

  static String dots(ChartSpec.Dots chart, int width, int height) {
    SvgPage page = new SvgPage();
    boolean paired = chart.kinds().size() > 1;
    if (isInside(chart.x(), 0)) {
      double zero = chart.x().position(0) * width;
      page.line("axis", zero, 0, zero, height);
    }
    for (ChartSpec.Dot dot : chart.dots()) {
      double y = height - chart.y().position(dot.at()) * height;
      double row = paired ? y + (dot.open() ? -APART : APART) : y;
      String ink = Ink.series(dot.style()).cssClass();
      for (double part : dot.parts()) {
        if (isDrawn(chart.x(), part)) {
          double x = chart.x().position(part) * width;
          page.shape("f " + ink + " part", Symbols.at(0, x, row, PART));
        }
      }
      if (isDrawn(chart.x(), dot.value())) {
        bar(page, chart.x(), dot, row, width, ink);
        page.shape(
            (dot.open() ? "open-in " : "f ") + ink,
            Symbols.at(dot.style(), chart.x().position(dot.value()) * width, row, RADIUS));
      }
    }
    return page.toString();
  }

  /** A bar that reaches beyond the plot ends at its edge, without a cap. */
  private static void bar(
      SvgPage page, Axis axis, ChartSpec.Dot dot, double y, int width, String ink) {
    if (!(dot.high() > dot.low()) || Double.isInfinite(dot.high() - dot.low())) {
      return;
    }
    double low = at(axis, dot.low()) * width;
    double high = at(axis, dot.high()) * width;
    page.line("l " + ink, low, y, high, y);
    if (low > 0) {
      page.line("l " + ink, low, y - CAP, low, y + CAP);
    }
    if (high < width) {
      page.line("l " + ink, high, y - CAP, high, y + CAP);
    }
  }

  private static double at(Axis axis, double value) {
    double position = axis.logarithmic() && value <= 0 ? 0 : axis.position(value);
    return Math.max(0, Math.min(1, position));
  }

  static String scatter(ChartSpec.Scatter chart, int width, int height) {
    SvgPage page = new SvgPage();
    if (isInside(chart.y(), 0)) {
      double zero = height - chart.y().position(0) * height;
      page.line("axis", 0, zero, width, zero);
    }
    List<ChartSpec.Point> drawn =
        chart.points().stream()
            .filter(p -> isDrawn(chart.x(), p.x()) && isDrawn(chart.y(), p.y()))
            .toList();
    LabelPlaces places = new LabelPlaces(width, height);
    for (ChartSpec.Point point : drawn) {
      places.point(x(chart, point, width), y(chart, point, height));
    }
    for (ChartSpec.Point point : drawn) {
      double x = x(chart, point, width);
      double y = y(chart, point, height);
      page.shape("f " + Ink.series(point.style()).cssClass(), Symbols.at(point.style(), x, y, 5));
      places
          .place(x, y, SvgLegend.width(point.name()))
          .ifPresent(
              place -> page.text(place.x(), place.y(), place.anchor(), "tick", point.name()));
    }
    return page.toString();
  }

  private static double x(ChartSpec.Scatter chart, ChartSpec.Point point, int width) {
    return chart.x().position(point.x()) * width;
  }

  private static double y(ChartSpec.Scatter chart, ChartSpec.Point point, int height) {
    return height - chart.y().position(point.y()) * height;
  }

  private static boolean isInside(Axis axis, double value) {
    return !axis.logarithmic() && axis.min() < value && value < axis.max();
  }

  /** Zero has no place on a logarithmic axis, infinity and NaN on none. */
  private static boolean isDrawn(Axis axis, double value) {
    return Double.isFinite(value) && (!axis.logarithmic() || value > 0);
  }
}
