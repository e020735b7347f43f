package dev.tailgate.page.chart;

import static dev.tailgate.page.chart.SvgPage.tenth;

import java.awt.geom.PathIterator;
import java.util.ArrayList;
import java.util.List;

/**
 * The data of one SVG path, put together from many shapes.
 *
 * <p>Upright rectangles are written in their short form, and rectangles that continue the one
 * before to the right are joined with it: this makes a heat map several times smaller.
 */
final class SvgPath {
  private record Box(double x, double y, double width, double height) {
    boolean continuedBy(Box next) {
      return next.y == y && next.height == height && Math.abs(next.x - x - width) < 0.01;
    }
  }

  private final StringBuilder out = new StringBuilder();
  private final List<Box> open = new ArrayList<>(1);

  void add(PathIterator shape) {
    StringBuilder segments = new StringBuilder();
    List<double[]> corners = new ArrayList<>();
    boolean straight = true;
    double[] at = new double[6];
    for (; !shape.isDone(); shape.next()) {
      int kind = shape.currentSegment(at);
      segments.append("MLQCZ".charAt(kind));
      int numbers = kind == PathIterator.SEG_CLOSE ? 0 : Math.max(2, 2 * kind);
      for (int i = 0; i < numbers; i++) {
        segments.append(i == 0 ? "" : " ").append(tenth(at[i]));
      }
      straight &= numbers <= 2;
      if (numbers == 2) {
        corners.add(new double[] {at[0], at[1]});
      }
    }
    if (straight && segments.indexOf("Z") == segments.length() - 1 && isBox(corners)) {
      addBox(box(corners));
    } else {
      close();
      out.append(segments);
    }
  }

  /** What goes into the attribute {@code d}. */
  String data() {
    close();
    return out.toString();
  }

  private static boolean isBox(List<double[]> corners) {
    if (corners.size() < 4 || corners.size() > 5) {
      return false;
    }
    for (int i = 1; i < corners.size(); i++) {
      boolean acrossOrDown =
          corners.get(i)[0] == corners.get(i - 1)[0] || corners.get(i)[1] == corners.get(i - 1)[1];
      if (!acrossOrDown) {
        return false;
      }
    }
    double[] last = corners.get(corners.size() - 1);
    double[] first = corners.get(0);
    return last[0] == first[0] || last[1] == first[1];
  }

  private static Box box(List<double[]> corners) {
    double left = corners.stream().mapToDouble(c -> c[0]).min().orElse(0);
    double right = corners.stream().mapToDouble(c -> c[0]).max().orElse(0);
    double top = corners.stream().mapToDouble(c -> c[1]).min().orElse(0);
    double bottom = corners.stream().mapToDouble(c -> c[1]).max().orElse(0);
    return new Box(left, top, right - left, bottom - top);
  }

  private void addBox(Box next) {
    if (!open.isEmpty() && open.get(0).continuedBy(next)) {
      Box last = open.get(0);
      open.set(0, new Box(last.x, last.y, next.x + next.width - last.x, last.height));
    } else {
      close();
      open.add(next);
    }
  }

  private void close() {
    for (Box box : open) {
      String width = tenth(box.width);
      out.append('M').append(tenth(box.x)).append(' ').append(tenth(box.y));
      out.append('h').append(width).append('v').append(tenth(box.height));
      out.append("h-").append(width).append('z');
    }
    open.clear();
  }
}
