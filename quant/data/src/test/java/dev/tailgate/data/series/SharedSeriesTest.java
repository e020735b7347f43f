package dev.tailgate.data.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.DataSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** ETTh1 as it is published, where the machine has it; expected numbers are NumPy's. */
class SharedSeriesTest {
  private static final Path ETTH1 = Path.of("../../../shared/data/timeseries/ETTh1.csv");

  /** The literals have seven digits. */
  private static final Offset<Float> DIGITS = Offset.offset(1e-6f);

  /** Sums of millions of float32 distances. */
  private static final Offset<Double> PART = Offset.offset(1e-5);

  @Test
  void scalesByTheFirstTwelveMonths() {
    Assumptions.assumeTrue(Files.exists(ETTH1), "no shared series");
    SeriesTable table = SeriesTable.read(DataSpec.of(ETTH1), List.of(), false);
    SeriesPart part = SeriesPart.of("ETTh1.csv", table.rows().size(), SeriesSplit.TEST, 96);
    assertThat(table.names()).containsExactly("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT");
    assertThat(table.rows()).hasSize(17_420);
    float[] rows =
        ScaledRows.of(table, part, 0).tensor(0, part.to() - part.from(), true).toFloats();
    assertThat(rows[0]).isCloseTo(0.432026f, DIGITS);
    assertThat(rows[96 * 7 + 6]).isCloseTo(-0.862341f, DIGITS);
    assertThat(rows[rows.length - 1]).isCloseTo(-1.613608f, DIGITS);
  }

  /** Repeating the last row: the baseline that every window of the test part enters. */
  @Test
  void repeatingTheLastRowErrsAsMuchAsInNumPy() {
    Assumptions.assumeTrue(Files.exists(ETTH1), "no shared series");
    SeriesTable table = SeriesTable.read(DataSpec.of(ETTH1), List.of(), false);
    SeriesPart part = SeriesPart.of("ETTh1.csv", table.rows().size(), SeriesSplit.TEST, 96);
    ScaledRows rows = ScaledRows.of(table, part, 0);
    double squares = 0;
    double distances = 0;
    long windows = part.windows(96, 96, 1);
    for (int w = 0; w < windows; w++) {
      float[] last = rows.tensor(w + 95, w + 96, true).toFloats();
      float[] future = rows.tensor(w + 96, w + 192, true).toFloats();
      for (int i = 0; i < future.length; i++) {
        double error = future[i] - last[i % 7];
        squares += error * error;
        distances += Math.abs(error);
      }
    }
    double values = windows * 96.0 * 7;
    assertThat(squares / values).isCloseTo(1.2943706, PART);
    assertThat(distances / values).isCloseTo(0.7131814, PART);
  }
}
