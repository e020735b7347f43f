package dev.tailgate.page.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds room for names beside points: right, left, above or below, or at a corner; none where each
 * place would cover a point, another name or the edge. The legend says then what the symbol is.
 */
final class LabelPlaces {
  private static final double HALF_POINT = 5.5;
  private static final double HEIGHT = 12;
  private static final double GAP = 8;

  /**
   * Where a name goes.
   *
   * @param x its anchor
   * @param y its base line
   * @param anchor {@code start}, {@code middle} or {@code end}
   */
  record Place(double x, double y, String anchor) {}

  private record Box(double left, double top, double right, double bottom) {
    boolean overlaps(Box other) {
      return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
  }

  private final double width;
  private final double height;
  private final List<Box> taken = new ArrayList<>();

  LabelPlaces(double width, double height) {
    this.width = width;
    this.height = height;
  }

  /** Keeps a point free; all of them before the first name. */
  void point(double x, double y) {
    taken.add(new Box(x - HALF_POINT, y - HALF_POINT, x + HALF_POINT, y + HALF_POINT));
  }

  /** Room for a name of that width beside the point. */
  Optional<Place> place(double x, double y, double size) {
    for (Place place :
        List.of(
            new Place(x + GAP, y + 4, "start"),
            new Place(x - GAP, y + 4, "end"),
            new Place(x, y - GAP, "middle"),
            new Place(x, y + GAP + 8, "middle"),
            new Place(x + GAP - 2, y - GAP + 2, "start"),
            new Place(x + GAP - 2, y + GAP + 7, "start"),
            new Place(x - GAP + 2, y - GAP + 2, "end"),
            new Place(x - GAP + 2, y + GAP + 7, "end"))) {
      Box box = box(place, size);
      boolean inside = box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height;
      if (inside && taken.stream().noneMatch(box::overlaps)) {
        taken.add(box);
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  private static Box box(Place place, double size) {
    double left =
        switch (place.anchor()) {
          case "start" -> place.x();
          case "end" -> place.x() - size;
          default -> place.x() - size / 2;
        };
    return new Box(left, place.y() - HEIGHT + 2, left + size, place.y() + 2);
  }
}
