package dev.tailgate.data.table;

import dev.tailgate.engine.tensor.DataException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one row: {@code String}, {@code Long}, {@code Double}, or for a list the array of
 * its numbers.
 *
 * @param index of the row in the table, from 0
 * @param columns what the cells are, in their order
 */
record Row(String table, long index, List<Column> columns, @Nullable Object[] cells) {

  /** The text of a cell. */
  String text(Column column) {
    return (String) cell(column);
  }

  /** The whole number of a cell. */
  long integer(Column column) {
    double number = number(column);
    if (number != Math.rint(number)) {
      throw refuse(column, "a whole number", Double.toString(number));
    }
    return (long) number;
  }

  /** The finite number of a cell. */
  double number(Column column) {
    double number = ((Number) cell(column)).doubleValue();
    if (!Double.isFinite(number)) {
      throw refuse(column, "a finite number", Double.toString(number));
    }
    return number;
  }

  /** The finite numbers of a cell, in row-major order; one for a plain number. */
  double[] numbers(Column column) {
    if (column.depth() == 0) {
      return new double[] {number(column)};
    }
    double[] numbers = (double[]) cell(column);
    for (int i = 0; i < numbers.length; i++) {
      if (!Double.isFinite(numbers[i])) {
        throw refuse(column, "finite numbers", numbers[i] + " at position " + (i + 1));
      }
    }
    return numbers;
  }

  private Object cell(Column column) {
    Object cell = cells[columns.indexOf(column)];
    if (cell == null) {
      throw refuse(column, "a value", "NULL");
    }
    return cell;
  }

  /** Whether the cell is empty. */
  boolean isNull(Column column) {
    return cells[columns.indexOf(column)] == null;
  }

  /** A refusal of one cell. */
  DataException refuse(Column column, String expected, String found) {
    return DataException.doing("reading " + table)
        .expected(expected + " in column " + column.name())
        .found(found)
        .where(place())
        .fix("Correct the row, or leave it out with a query such as SELECT ... WHERE ...");
  }

  /** The row as the user counts: from 1, the header apart. */
  String place() {
    return "row " + (index + 1);
  }
}
