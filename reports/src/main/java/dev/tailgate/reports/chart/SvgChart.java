package dev.tailgate.reports.chart;

import dev.tailgate.reports.wording.Numbers;
import dev.tailgate.stats.result.Range;
import java.util.Optional;

/**
 * Writes a chart as SVG: axes and letters here, marks from XChart.
 *
 * <p>Colours are style classes (see {@code chart.css}), so one picture serves light and dark pages.
 * The text is the same on every machine: nothing depends on installed fonts or on the language.
 */
public final class SvgChart {
  private static final int LEFT = 62;
  private static final int RIGHT = 16;
  private static final int BOTTOM = 48;
  private static final int TITLE = 28;

  private final ChartSpec spec;
  private final Optional<SvgLegend> legend;
  private final int width;
  private final int height;
  private final int top;
  private final SvgPage page = new SvgPage();

  private SvgChart(ChartSpec spec) {
    this.spec = spec;
    boolean wide = spec instanceof ChartSpec.Heat;
    this.width = wide ? 1120 : 560;
    this.legend =
        spec instanceof ChartSpec.Line line
            ? Optional.of(new SvgLegend(line, LEFT, width - RIGHT))
            : Optional.empty();
    this.top = 12 + (wide ? 28 : legend.map(SvgLegend::height).orElse(0));
    this.height = (wide ? 430 : 270) + top;
  }

  /** An SVG element for a page that carries {@link Stylesheet#css()}. */
  public static String inline(ChartSpec spec) {
    return new SvgChart(spec).element("", 0);
  }

  /** A complete SVG file with its title and its own style, for light and dark. */
  public static String file(ChartSpec spec) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + new SvgChart(spec).element("<style>" + Stylesheet.css() + "</style>\n", TITLE);
  }

  private int plotWidth() {
    return width - LEFT - RIGHT;
  }

  private int plotHeight() {
    return height - top - BOTTOM;
  }

  private double across(double value) {
    return LEFT + spec.x().position(value) * plotWidth();
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
      page.text(LEFT, -8, "start", "title", spec.title());
    }
    if (spec instanceof ChartSpec.Histogram histogram) {
      histogram.clipping().ifPresent(this::clippedAway);
    }
    axes();
    legend.ifPresent(entries -> entries.write(page));
    page.raw(
        "<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" overflow=\"visible\">\n",
        LEFT, top, plotWidth(), plotHeight());
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
        page.line("grid", LEFT, y, LEFT + plotWidth(), y);
      }
      page.text(LEFT - 8, y + 4, "end", "tick", tick.label());
    }
    for (Axis.Tick tick : spec.x().ticks()) {
      page.line("axis", across(tick.at()), bottom(), across(tick.at()), bottom() + 4);
      page.text(across(tick.at()), bottom() + 18, "middle", "tick", tick.label());
    }
    page.line("axis", LEFT, bottom(), LEFT + plotWidth(), bottom());
    page.text(LEFT + plotWidth() / 2.0, bottom() + 40, "middle", "name", spec.x().title());
    page.upright(14, top + plotHeight() / 2.0, "name", spec.y().title());
  }

  private void shadeScale(Axis scale) {
    int cell = 20;
    int left = width - RIGHT - cell * ChartSpec.Heat.SHADES;
    for (int shade = 0; shade < ChartSpec.Heat.SHADES; shade++) {
      page.raw(
          "<path class=\"f %s\" d=\"M%d 4h%dv10h-%dz\"/>\n",
          Ink.shade(shade).cssClass(), left + shade * cell, cell, cell);
    }
    for (Axis.Tick tick : scale.ticks()) {
      double x = left + scale.position(tick.at()) * cell * ChartSpec.Heat.SHADES;
      page.text(x, 28, x > width - 40 ? "end" : "middle", "tick", tick.label());
    }
    page.text(left - 20, 14, "end", "name", scale.title());
  }

  /** Tints what lies outside the range, behind the marks. */
  private void clippedAway(Range range) {
    tint(spec.x().min(), range.low());
    tint(range.high(), spec.x().max());
  }

  private void tint(double from, double to) {
    double left = Math.max(LEFT, across(from));
    double right = Math.min(LEFT + plotWidth(), across(to));
    if (right > left) {
      page.raw(
          "<path class=\"lost\" d=\"M%s %dh%sv%dH%sz\"/>\n",
          SvgPage.tenth(left), top, SvgPage.tenth(right - left), plotHeight(), SvgPage.tenth(left));
    }
  }

  private void clipping(Range range) {
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
