package dev.tailgate.result.lab;

import java.util.List;

/**
 * What one experiment found.
 *
 * @param id the name of the experiment
 * @param question what it asks
 * @param method how it was done: sizes, data, draws
 * @param claims what follows
 * @param tables numbers
 * @param charts pictures
 * @param seconds the time it took
 */
public record Study(
    String id,
    String question,
    String method,
    List<Claim> claims,
    List<Table> tables,
    List<Chart> charts,
    double seconds) {
  /** Copies the lists. */
  public Study {
    claims = List.copyOf(claims);
    tables = List.copyOf(tables);
    charts = List.copyOf(charts);
  }

  /** The same with the time it took. */
  public Study in(double taken) {
    return new Study(id, question, method, claims, tables, charts, taken);
  }

  /**
   * Numbers in rows.
   *
   * @param title what they are
   * @param columns heads, the first that of the rows' names
   * @param rows as many cells each
   */
  public record Table(String title, List<String> columns, List<List<String>> rows) {
    /** Copies the lists, and refuses rows of another width. */
    public Table {
      columns = List.copyOf(columns);
      rows = rows.stream().map(List::copyOf).toList();
      for (List<String> row : rows) {
        if (row.size() != columns.size()) {
          throw new IllegalArgumentException(
              "A row of " + row.size() + " cells under " + columns.size() + " columns");
        }
      }
    }
  }

  /**
   * Lines over one quantity.
   *
   * @param title what they are
   * @param x the quantity across
   * @param y the quantity upwards
   * @param logX whether equal distances across are equal ratios
   * @param logY the same upwards
   * @param lines the lines, in the order of the legend
   */
  public record Chart(
      String title, String x, String y, boolean logX, boolean logY, List<Line> lines) {
    /** Copies the list. */
    public Chart {
      lines = List.copyOf(lines);
    }
  }

  /**
   * One line.
   *
   * @param name in the legend
   * @param x ascending
   * @param y as many; those that are not finite, or on a logarithmic axis not above 0, leave a gap
   */
  public record Line(String name, List<Double> x, List<Double> y) {
    /** Copies the lists, and refuses points with one number. */
    public Line {
      x = List.copyOf(x);
      y = List.copyOf(y);
      if (x.size() != y.size()) {
        throw new IllegalArgumentException(
            "A line of " + x.size() + " and " + y.size() + " numbers");
      }
    }
  }
}
