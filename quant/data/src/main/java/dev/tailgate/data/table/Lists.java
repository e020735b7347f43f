package dev.tailgate.data.table;

import dev.tailgate.engine.tensor.DataException;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cells that are lists of numbers, or lists of such lists. */
final class Lists {
  private Lists() {}

  /** The numbers in row-major order; of lists of lists all have to be equally long. */
  static double[] flat(Array array, String table, long rowNumber) throws SQLException {
    List<Double> numbers = new ArrayList<>();
    add((Object[]) array.getArray(), numbers, table, rowNumber);
    double[] flat = new double[numbers.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = numbers.get(i);
    }
    return flat;
  }

  private static int add(
      @Nullable Object[] elements, List<Double> numbers, String table, long rowNumber)
      throws SQLException {
    int length = -1;
    for (Object element : elements) {
      int size = 0;
      if (element instanceof Array inner) {
        size = add((Object[]) inner.getArray(), numbers, table, rowNumber);
      } else if (element instanceof Number number) {
        numbers.add(number.doubleValue());
      } else {
        throw refuse(table, rowNumber, "numbers in lists", "NULL");
      }
      if (length >= 0 && size != length) {
        throw refuse(table, rowNumber, "lists of " + length, "one of " + size);
      }
      length = size;
    }
    return elements.length;
  }

  private static DataException refuse(String table, long row, String expected, String found) {
    return DataException.doing("reading " + table)
        .expected(expected)
        .found(found)
        .where("row " + row)
        .fix("Correct the row, or leave it out with a query such as SELECT ... WHERE ...");
  }
}
