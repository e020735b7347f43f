package dev.tailgate.result.compare;

import dev.tailgate.result.wording.Numbers;
import java.util.Locale;

/**
 * One number of a row.
 *
 * @param column which
 * @param spread over seeds
 * @param relative {@code mean / baseline - 1}; NaN without a baseline, or one of 0
 * @param mark its rank in its group
 */
public record Cell(MethodColumn column, SeedSpread spread, double relative, Mark mark) {
  private static final double MEGABYTE = 1e6;

  /** A rank that tables show. */
  public enum Mark {
    /** No row of the group has a better number; ties share it. */
    BEST,
    /** The next number after the best. */
    SECOND,
    /** Any other, or nothing to rank. */
    NONE
  }

  /** The spread as tables print it. */
  SeedSpread shown() {
    return column == MethodColumn.SIZE
        ? new SeedSpread(spread.mean() / MEGABYTE, spread.deviation() / MEGABYTE)
        : spread;
  }

  /** Mean and deviation with the given sign between them; a dash for no number. */
  public String text(String plusMinus) {
    SeedSpread shown = shown();
    if (Double.isNaN(shown.mean())) {
      return "-";
    }
    // Files of one method have one size, and a spread of nothing says nothing.
    boolean isPlain = column == MethodColumn.SIZE && shown.deviation() == 0;
    String words = isPlain ? Numbers.compact(shown.mean()) : shown.inWords(plusMinus);
    return column == MethodColumn.CHANGE && shown.mean() > 0 ? "+" + words : words;
  }

  /** Relative change in percent, or a dash. */
  public String relativeText() {
    if (!Double.isFinite(relative)) {
      return "-";
    }
    // Neither +0.0 nor -0.0: the first digits are equal, and that is all that is known.
    double tenths = Math.rint(1000 * relative) / 10;
    return tenths == 0 ? "0.0 %" : String.format(Locale.ROOT, "%+.1f %%", tenths);
  }

  Cell with(double newRelative, Mark newMark) {
    return new Cell(column, spread, newRelative, newMark);
  }
}
