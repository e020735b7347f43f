package dev.tailgate.page.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The legend above a chart: what colours, dashes and symbols stand for.
 *
 * <p>Widths are estimated from the number of characters, on the wide side, because the reader's
 * font is not known here.
 */
final class SvgLegend {
  private static final int ROW = 20;
  private static final int SWATCH = 24;
  private static final double CHARACTER = 6.6;

  /** Names beside a plot must not be cut off, so room is for the widest of common fonts. */
  private static final double WIDE = 1.13;

  private static final int LONGEST_NAME = 28;

  /** A sample of a mark and what it stands for. */
  private record Entry(String line, String symbol, int number, String name, double x, int row) {}

  private final List<Entry> entries = new ArrayList<>();
  private final int left;
  private final int right;
  private double x;
  private int row = -1;

  private SvgLegend(int left, int right) {
    this.left = left;
    this.right = right;
  }

  /** The legend of a chart; without entries where there is nothing to tell. */
  static SvgLegend of(ChartSpec chart, int left, int right) {
    SvgLegend legend = new SvgLegend(left, right);
    if (chart instanceof ChartSpec.Line line) {
      legend.lines(line);
    } else if (chart instanceof ChartSpec.Scatter scatter) {
      legend.newRow();
      for (int i = 0; i < scatter.styles().size(); i++) {
        legend.add("", "f " + Ink.series(i).cssClass(), i, scatter.styles().get(i));
      }
    } else if (chart instanceof ChartSpec.Dots dots && dots.kinds().size() > 1) {
      legend.newRow();
      legend.add("", "open", 0, dots.kinds().get(0));
      legend.add("", "full", 0, dots.kinds().get(1));
    }
    return legend;
  }

  private void lines(ChartSpec.Line chart) {
    newRow();
    boolean several = chart.models().size() > 1;
    boolean ownColours = several && chart.series().stream().allMatch(s -> s.color() == s.model());
    if (ownColours) {
      chart.series().forEach(s -> addModel(Ink.series(s.color()).cssClass(), s.model(), s.name()));
      return;
    }
    Map<Integer, String> roles = new LinkedHashMap<>();
    chart.series().forEach(series -> roles.putIfAbsent(series.color(), series.name()));
    roles.forEach((color, name) -> add("l " + Ink.series(color).cssClass(), "", 0, name));
    if (several) {
      newRow();
      for (int model = 0; model < chart.models().size(); model++) {
        add("sample", "full", model, chart.models().get(model));
      }
    }
  }

  private void addModel(String ink, int number, String name) {
    add("l " + ink, "f " + ink, number, name);
  }

  /** Space it takes from the top of the chart. */
  int height() {
    return entries.isEmpty() ? 0 : (row + 1) * ROW;
  }

  void write(SvgPage page) {
    for (Entry entry : entries) {
      double y = 14 + entry.row() * ROW;
      if (!entry.line().isEmpty()) {
        String dash = entry.symbol().isEmpty() ? "" : Symbols.dashArray(entry.number());
        page.raw(
            "<path class=\"%s\"%s stroke-width=\"2\" d=\"M%s %sh%d\"/>\n",
            entry.line(),
            dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\"",
            SvgPage.tenth(entry.x()),
            SvgPage.tenth(y - 4),
            SWATCH);
      }
      if (!entry.symbol().isEmpty()) {
        page.shape(entry.symbol(), Symbols.at(entry.number(), entry.x() + SWATCH / 2.0, y - 4, 4));
      }
      page.text(entry.x() + SWATCH + 6, y, "start", "tick", entry.name());
    }
  }

  private void newRow() {
    row++;
    x = left;
  }

  private void add(String line, String symbol, int number, String name) {
    double width = SWATCH + 6 + width(name) + 18;
    if (x > left && x + width > right) {
      newRow();
    }
    entries.add(new Entry(line, symbol, number, name, x, row));
    x += width;
  }

  /** About how wide words are, in pixels. */
  static double width(String words) {
    return CHARACTER * words.codePointCount(0, words.length());
  }

  /** The room that the names of an axis take beside the plot. */
  static int nameWidth(Axis names) {
    double longest =
        names.ticks().stream().mapToDouble(tick -> width(shortened(tick.label()))).max().orElse(0);
    return (int) Math.ceil(longest * WIDE) + 14;
  }

  /** A name that fits beside the plot; the beginning tells methods apart. */
  static String shortened(String name) {
    return name.codePointCount(0, name.length()) <= LONGEST_NAME
        ? name
        : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME - 1)) + "\u2026";
  }
}
