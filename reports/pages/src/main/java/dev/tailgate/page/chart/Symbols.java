package dev.tailgate.page.chart;

import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;

/**
 * Symbols and dash patterns by number, so that lines and points can be told apart without colour.
 * Seven symbols, six colours and five patterns: the combination of all three repeats after 210.
 */
final class Symbols {
  private static final float[][] DASHES = {{}, {7, 4}, {2, 3}, {10, 3, 2, 3}, {4, 2}};
  private static final int KINDS = 7;

  private Symbols() {}

  /** A dash pattern; empty for a solid line. */
  static float[] dash(int number) {
    return DASHES[number % DASHES.length].clone();
  }

  /** The pattern as the attribute {@code stroke-dasharray} has it; empty for a solid line. */
  static String dashArray(int number) {
    return dashArray(DASHES[number % DASHES.length]);
  }

  /** Lengths of dashes and gaps in turn as that attribute has them. */
  static String dashArray(float[] lengths) {
    StringBuilder out = new StringBuilder();
    for (float length : lengths) {
      out.append(out.length() == 0 ? "" : " ").append(SvgPage.tenth(length));
    }
    return out.toString();
  }

  /** A symbol around a point; all have about the area of the circle with that radius. */
  static Shape at(int number, double x, double y, double radius) {
    double r = radius;
    return switch (number % KINDS) {
      case 0 -> new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r);
      case 1 -> polygon(x, y, 0.89 * r, -1, -1, 1, -1, 1, 1, -1, 1);
      case 2 -> polygon(x, y, 1.3 * r, 0, -1, 1, 0, 0, 1, -1, 0);
      case 3 -> polygon(x, y, 1.35 * r, 0, -1, 1, 0.75, -1, 0.75);
      case 4 -> polygon(x, y, 1.35 * r, 0, 1, 1, -0.75, -1, -0.75);
      case 5 ->
          polygon(
              x, y, 0.42 * r, -1, -3, 1, -3, 1, -1, 3, -1, 3, 1, 1, 1, 1, 3, -1, 3, -1, 1, -3, 1,
              -3, -1, -1, -1);
      default -> polygon(x, y, 1.25 * r, -1, -0.3, -0.3, -1, 1, 0.3, 0.3, 1);
    };
  }

  private static Shape polygon(double x, double y, double size, double... corners) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < corners.length; i += 2) {
      double cornerX = x + size * corners[i];
      double cornerY = y + size * corners[i + 1];
      if (i == 0) {
        path.moveTo(cornerX, cornerY);
      } else {
        path.lineTo(cornerX, cornerY);
      }
    }
    path.closePath();
    return path;
  }
}
