package dev.tailgate.result.compare;

import java.util.List;

/**
 * Rows that may be compared with each other.
 *
 * @param family models that differ in method and seed only
 * @param conditions what all rows share
 * @param title the family, with the conditions where a family has more than one group
 * @param ranked whether best and second are marked; not where results do not say which samples they
 *     are over
 * @param rows in the order in which their methods were given
 */
public record Group(
    String family, Conditions conditions, String title, boolean ranked, List<MethodRow> rows) {
  /** Copies the rows. */
  public Group {
    rows = List.copyOf(rows);
  }

  /** Whether models came to their methods in different ways. */
  public boolean mixesOrigins() {
    return rows.stream().map(MethodRow::origin).distinct().count() > 1;
  }

  /** The rows with a number that has a change against the baseline. */
  public List<MethodRow> withChange() {
    return rows.stream()
        .filter(row -> row.cells().stream().anyMatch(cell -> Double.isFinite(cell.relative())))
        .toList();
  }

  /**
   * What a row is called outside of tables: its method, with a word on its origin where the group
   * has the same method of another one.
   */
  public String name(MethodRow row) {
    boolean twice = rows.stream().filter(r -> r.method().equals(row.method())).count() > 1;
    if (twice && row.isCured()) {
      return row.method() + " (" + row.origin().replaceFirst("^cured to .*, ", "cured, ") + ")";
    }
    return twice && row.isRewritten() ? row.method() + " (rewritten)" : row.method();
  }
}
