package dev.tailgate.lab;

import dev.tailgate.engine.tensor.DataException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Real data as patterns.
 *
 * @param rows numbers in [0, 1] for pictures, {@code [count][d]}
 * @param labels the class of each, where there is one
 * @param description in words
 */
@SuppressWarnings("ArrayRecordComponent") // read in loops, never compared
public record Patterns(double[][] rows, Optional<int[]> labels, String description) {
  /** Refuses rows that are none, differ in length, or hold NaN or infinities. */
  public Patterns {
    if (rows.length == 0 || rows[0].length == 0) {
      throw DataException.doing("reading patterns")
          .expected("1 or more")
          .found("none")
          .where(description)
          .fix("Give a file with samples.");
    }
    for (int r = 0; r < rows.length; r++) {
      boolean isWhole = rows[r].length == rows[0].length;
      if (!isWhole || !Arrays.stream(rows[r]).allMatch(Double::isFinite)) {
        throw DataException.doing("reading patterns")
            .expected("finite numbers, as many in each")
            .found(isWhole ? "NaN or an infinity" : rows[r].length + " numbers")
            .where("sample " + r + " of " + description)
            .fix("Leave the sample out.");
      }
    }
  }

  /** The first {@code count} of them. */
  double[][] first(int count) {
    if (count > rows.length) {
      throw DataException.doing("storing patterns")
          .expected(count + " or more")
          .found(rows.length + " in the data")
          .where(description)
          .fix("Give more samples.");
    }
    return Arrays.copyOf(rows, count);
  }

  /** The dimension. */
  int width() {
    return rows[0].length;
  }

  /** Names of the classes that occur. */
  List<Integer> classes() {
    return labels.stream().flatMapToInt(Arrays::stream).distinct().sorted().boxed().toList();
  }
}
