package dev.tailgate.data.series;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesPartTest {
  /** By hand from the borders, 96 in and 96 out: rows of the part (+ 96 but for train) - 191. */
  @ParameterizedTest
  @CsvSource({
    "ETTh1.csv, 17420, TRAIN, 8449",
    "ETTh1.csv, 17420, VAL, 2785",
    "ETTh1.csv, 17420, TEST, 2785",
    "ETTm1.csv, 69680, TRAIN, 34369",
    "ETTm1.csv, 69680, VAL, 11425",
    "ETTm1.csv, 69680, TEST, 11425",
    "weather.csv, 52696, TRAIN, 36696",
    "weather.csv, 52696, VAL, 5175",
    "weather.csv, 52696, TEST, 10444"
  })
  void hasAWindowForEachPlaceThatOneFits(String file, int rows, SeriesSplit split, long windows) {
    assertThat(SeriesPart.of(file, rows, split, 96).windows(96, 96, 1)).isEqualTo(windows);
  }

  @Test
  void partsBeginOneWindowEarly() {
    SeriesPart test = SeriesPart.of("ETTh2.csv", 17420, SeriesSplit.TEST, 96);
    assertThat(test.from()).isEqualTo(16 * 720 - 96);
    assertThat(test.to()).isEqualTo(20 * 720);
    assertThat(test.train()).isEqualTo(12 * 720);
  }

  @Test
  void shortFilesNamedEttAreSplitAsOthers() {
    assertThat(SeriesPart.of("ETTh1.csv", 1000, SeriesSplit.TRAIN, 96).to()).isEqualTo(700);
  }

  @Test
  void aPartWithoutARowForAWindowHasNone() {
    assertThat(new SeriesPart(10, 0, 10).windows(8, 3, 1)).isZero();
    assertThat(new SeriesPart(10, 0, 10).windows(7, 3, 4)).isEqualTo(1);
  }
}
