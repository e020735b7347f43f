package dev.tailgate.reports.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The legend above a line chart: colours for roles and, with several models, dashes for models.
 *
 * <p>Widths are estimated from the number of characters, on the wide side, because the reader's
 * font is not known here.
 */
final class SvgLegend {
  private static final int ROW = 20;
  private static final int SWATCH = 24;
  private static final double CHARACTER = 6.6;

  private record Entry(String attributes, String name, double x, int row) {}

  private final List<Entry> entries = new ArrayList<>();
  private final int left;
  private final int right;
  private double x;
  private int row = -1;

  SvgLegend(ChartSpec.Line chart, int left, int right) {
    this.left = left;
    this.right = right;
    Map<Integer, String> roles = new LinkedHashMap<>();
    chart.series().forEach(series -> roles.putIfAbsent(series.color(), series.name()));
    newRow();
    roles.forEach((color, name) -> add("class=\"l " + Ink.series(color).cssClass() + "\"", name));
    if (chart.models().size() > 1) {
      newRow();
      for (int model = 0; model < chart.models().size(); model++) {
        String dash = model == 0 ? "" : " stroke-dasharray=\"6 4\"";
        add("class=\"sample\"" + dash, chart.models().get(model));
      }
    }
  }

  /** Space it takes from the top of the chart. */
  int height() {
    return entries.isEmpty() ? 0 : (row + 1) * ROW;
  }

  void write(SvgPage page) {
    for (Entry entry : entries) {
      double y = 14 + entry.row() * ROW;
      page.raw(
          "<path %s stroke-width=\"2\" d=\"M%s %sh%d\"/>\n",
          entry.attributes(), SvgPage.tenth(entry.x()), SvgPage.tenth(y - 4), SWATCH);
      page.text(entry.x() + SWATCH + 6, y, "start", "tick", entry.name());
    }
  }

  private void newRow() {
    row++;
    x = left;
  }

  private void add(String attributes, String name) {
    double width = SWATCH + 6 + CHARACTER * name.length() + 18;
    if (x > left && x + width > right) {
      newRow();
    }
    entries.add(new Entry(attributes, name, x, row));
    x += width;
  }
}
