package dev.tailgate.page.chart;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.util.Locale;

/** SVG text in the making: lines and words in style classes, everything else as it comes. */
final class SvgPage {
  private final StringBuilder out = new StringBuilder();

  /** Appends SVG as it is; arguments must not come from a model. */
  void raw(String svg, Object... arguments) {
    out.append(String.format(Locale.ROOT, svg, arguments));
  }

  /** Appends finished SVG. */
  void append(String svg) {
    out.append(svg);
  }

  void line(String cssClass, double x1, double y1, double x2, double y2) {
    raw(
        "<path class=\"%s\" d=\"M%s %sL%s %s\"/>\n",
        cssClass, tenth(x1), tenth(y1), tenth(x2), tenth(y2));
  }

  /** A shape in a style class. */
  void shape(String cssClass, Shape shape) {
    SvgPath path = new SvgPath();
    path.add(shape.getPathIterator(new AffineTransform()));
    raw("<path class=\"%s\" d=\"%s\"/>\n", cssClass, path.data());
  }

  /** Words of any origin, anchored at their start, middle or end. */
  void text(double x, double y, String anchor, String cssClass, String words) {
    raw(
        "<text class=\"%s\" text-anchor=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n",
        cssClass, anchor, tenth(x), tenth(y), Xml.text(words));
  }

  /** Words that read upwards, centred on a point. */
  void upright(double x, double y, String cssClass, String words) {
    raw(
        "<text class=\"%s\" text-anchor=\"middle\" transform=\"translate(%s %s) rotate(-90)\">%s</text>\n",
        cssClass, tenth(x), tenth(y), Xml.text(words));
  }

  /** One decimal at most, with a point in every language: {@code 12}, {@code 0.5}, {@code -3.1}. */
  static String tenth(double value) {
    long tenths = Math.round(value * 10);
    String sign = tenths < 0 ? "-" : "";
    long size = Math.abs(tenths);
    return sign + size / 10 + (size % 10 == 0 ? "" : "." + size % 10);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
