package dev.tailgate.page.chart;

import dev.tailgate.result.GridRange;
import dev.tailgate.result.wording.Numbers;

/**
 * Writes a chart as SVG: axes and letters here, marks from XChart.
 *
 * <p>Colours are style classes (see {@code chart.css}), so one picture serves light and dark pages.
 * The text is the same on every machine: nothing depends on installed fonts or on the language.
 */
public final class SvgChart {
  private static final int LEFT = 62;
  private static final int NAME_ROW = 28;
  private static final int RIGHT = 16;
  private static final int BOTTOM = 48;
  private static final int TITLE = 28;

  private final ChartSpec spec;
  private final SvgLegend legend;
  private final int left;
  private final int width;
  private final int height;
  private final int top;
  private final SvgPage page = new SvgPage();

  private SvgChart(ChartSpec spec) {
    this.spec = spec;
    boolean wide = spec instanceof ChartSpec.Heat;
    this.width = wide ? 1120 : 560;
    this.left = spec instanceof ChartSpec.Dots ? SvgLegend.nameWidth(spec.y()) : LEFT;
    this.legend = SvgLegend.of(spec, left, width - RIGHT);
    this.top = 12 + (wide ? 28 : legend.height());
    this.height = (wide ? 430 : plot(spec) + BOTTOM) + top;
  }

  private static int plot(ChartSpec spec) {
    return spec instanceof ChartSpec.Dots dots ? NAME_ROW * dots.y().ticks().size() + 4 : 222;
  }

  /** An SVG element for a page that carries {@link Stylesheet#css()}. */
  public static String inline(ChartSpec spec) {
    return new SvgChart(spec).element("", 0);
  }

  /** The symbol of a series alone, to stand in a line of text. */
  public static String swatch(int style) {
    SvgPage page = new SvgPage();
    page.raw("<svg class=\"chart swatch\" aria-hidden=\"true\" viewBox=\"0 0 14 14\">");
    page.shape("f " + Ink.series(style).cssClass(), Symbols.at(style, 7, 7, 4.5));
    return page + "</svg>";
  }

  /** A complete SVG file with its title and its own style, for light and dark. */
  public static String file(ChartSpec spec) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + new SvgChart(spec).element("<style>" + Stylesheet.css() + "</style>\n", TITLE);
  }

  private int plotWidth() {
    return width - left - RIGHT;
  }

  private int plotHeight() {
    return height - top - BOTTOM;
  }

  private double across(double value) {
    return left + spec.x().position(value) * plotWidth();
  }

  private double bottom() {
    return top + plotHeight();
  }

  private String element(String head, int titleSpace) {
    page.raw(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\""
            + " viewBox=\"0 %d %d %d\">\n<title>%s</title>\n",
        -titleSpace, width, height + titleSpace, Xml.text(spec.title()));
    page.append(head);
    if (titleSpace > 0) {
      page.text(left, -8, "start", "title", spec.title());
    }
    if (spec instanceof ChartSpec.Histogram histogram) {
      histogram.clipping().ifPresent(this::clippedAway);
    }
    axes();
    legend.write(page);
    page.raw(
        "<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" overflow=\"visible\">\n",
        left, top, plotWidth(), plotHeight());
    page.append(XChartMarks.svg(spec, plotWidth(), plotHeight()));
    page.append("</svg>\n");
    if (spec instanceof ChartSpec.Histogram histogram) {
      histogram.clipping().ifPresent(this::clipping);
    } else if (spec instanceof ChartSpec.Heat heat) {
      shadeScale(heat.scale());
    }
    return page + "</svg>\n";
  }

  private void axes() {
    for (Axis.Tick tick : spec.y().ticks()) {
      double y = bottom() - spec.y().position(tick.at()) * plotHeight();
      if (!(spec instanceof ChartSpec.Heat)) {
        page.line("grid", left, y, left + plotWidth(), y);
      }
      page.text(left - 8, y + 4, "end", "tick", SvgLegend.shortened(tick.label()));
    }
    for (Axis.Tick tick : spec.x().ticks()) {
      if (spec instanceof ChartSpec.Dots || spec instanceof ChartSpec.Scatter) {
        page.line("grid", across(tick.at()), top, across(tick.at()), bottom());
      }
      page.line("axis", across(tick.at()), bottom(), across(tick.at()), bottom() + 4);
      page.text(across(tick.at()), bottom() + 18, "middle", "tick", tick.label());
    }
    page.line("axis", left, bottom(), left + plotWidth(), bottom());
    page.text(left + plotWidth() / 2.0, bottom() + 40, "middle", "name", spec.x().title());
    if (!spec.y().title().isEmpty()) {
      page.upright(14, top + plotHeight() / 2.0, "name", spec.y().title());
    }
  }

  private void shadeScale(Axis scale) {
    int cell = 20;
    int start = width - RIGHT - cell * ChartSpec.Heat.SHADES;
    for (int shade = 0; shade < ChartSpec.Heat.SHADES; shade++) {
      page.raw(
          "<path class=\"f %s\" d=\"M%d 4h%dv10h-%dz\"/>\n",
          Ink.shade(shade).cssClass(), start + shade * cell, cell, cell);
    }
    for (Axis.Tick tick : scale.ticks()) {
      double x = start + scale.position(tick.at()) * cell * ChartSpec.Heat.SHADES;
      page.text(x, 28, x > width - 40 ? "end" : "middle", "tick", tick.label());
    }
    page.text(start - 20, 14, "end", "name", scale.title());
  }

  /** Tints what lies outside the range, behind the marks. */
  private void clippedAway(GridRange range) {
    tint(spec.x().min(), range.low());
    tint(range.high(), spec.x().max());
  }

  private void tint(double from, double to) {
    double start = Math.max(left, across(from));
    double end = Math.min(left + plotWidth(), across(to));
    if (end > start) {
      page.raw(
          "<path class=\"lost\" d=\"M%s %dh%sv%dH%sz\"/>\n",
          SvgPage.tenth(start),
          top,
          SvgPage.tenth(end - start),
          plotHeight(),
          SvgPage.tenth(start));
    }
  }

  private void clipping(GridRange range) {
    clipLine("lower clip ", range.low(), top + 12);
    clipLine("upper clip ", range.high(), top + 28);
  }

  private void clipLine(String name, double end, double y) {
    double at = spec.x().position(end);
    if (at >= 0 && at <= 1) {
      page.line("clip", across(end), top, across(end), bottom());
      boolean onTheRight = at < 0.6;
      page.text(
          across(end) + (onTheRight ? 5 : -5),
          y,
          onTheRight ? "start" : "end",
          "clip-name",
          name + Numbers.compact(end).replace('-', '\u2212'));
    }
  }
}
