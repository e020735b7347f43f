package dev.tailgate.page.chart;

import java.awt.Color;
import java.util.Arrays;
import java.util.Optional;

/**
 * The colours marks are drawn in, as names of style classes.
 *
 * <p>A chart is drawn in key colours that nobody sees: red is the group, green the number within
 * it. The page's style sheet says what a class looks like on light and on dark paper.
 *
 * @param group what kind of mark
 * @param number which one of the kind, from 0
 */
record Ink(Group group, int number) {

  /** Kinds of marks. */
  enum Group {
    /** A line, a point or a bar of a series. */
    SERIES("s", 10),
    /** A cell of a heat map; the number is its shade. */
    SHADE("h", 20);

    private final String prefix;
    private final int red;

    Group(String prefix, int red) {
      this.prefix = prefix;
      this.red = red;
    }
  }

  /** Series colours the style sheet knows; further series begin again. */
  static final int SERIES_COLORS = 6;

  /** Shades of a heat map, from nothing to the maximum. */
  static final int SHADES = 16;

  private static final int STEP = 10;
  private static final int BLUE = 77;

  static Ink series(int index) {
    return new Ink(Group.SERIES, index % SERIES_COLORS);
  }

  static Ink shade(int level) {
    return new Ink(Group.SHADE, level);
  }

  /** The key colour to draw in. */
  Color key() {
    return new Color(group.red, STEP * number, BLUE);
  }

  /** The ink a key colour stands for; empty for a colour that is not to be drawn at all. */
  static Optional<Ink> of(Color key) {
    if (key.getAlpha() == 0 || key.getBlue() != BLUE) {
      return Optional.empty();
    }
    return Arrays.stream(Group.values())
        .filter(group -> group.red == key.getRed())
        .map(group -> new Ink(group, Math.round(key.getGreen() / (float) STEP)))
        .findFirst();
  }

  String cssClass() {
    return group.prefix + number;
  }
}
