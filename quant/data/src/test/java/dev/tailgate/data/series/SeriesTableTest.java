package dev.tailgate.data.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesTableTest {
  @TempDir Path folder;

  @Test
  void readsEveryColumnOfNumbers() throws IOException {
    SeriesTable table =
        read(
            "\uFEFFdate,place,\"a, b\",c\n\n2020-01-31 23:00:00,north,1.5,-2e3\n2020-02-01,x,2,3\n");
    assertThat(table.names()).containsExactly("a, b", "c");
    assertThat(table.rows()).hasSize(2);
    assertThat(table.rows().get(0)).containsExactly(1.5, -2000);
    assertThat(table.seconds().get(1) - table.seconds().get(0)).isEqualTo(3600);
  }

  @Test
  void leavesRowNumbersAndTimesOut() throws IOException {
    assertThat(read(",timestamp,x\n0,17,5\n1,18,6\n").names()).containsExactly("x");
  }

  @Test
  void readsSemicolons() throws IOException {
    assertThat(read("a;b\n1;2\n").rows().get(0)).containsExactly(1, 2);
  }

  @ParameterizedTest
  @CsvSource({"'', nothing", "NaN, NaN", "nan, nan", "Infinity, Infinity", "x7, x7", "12f, 12f"})
  void namesTheLineOfAGap(String cell, String found) throws IOException {
    Path file = write("date,x\n2020-01-01,1\n2020-01-02," + cell + "\n");
    assertThatThrownBy(() -> SeriesTable.read(file, List.of(), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Failed reading column x: expected a finite number, found " + found)
        .hasMessageContaining("data.csv, line 3");
  }

  @Test
  void namesTheLineWithAnotherNumberOfCells() throws IOException {
    Path file = write("a,b\n1,2\n3,4\n5\n6,7\n");
    assertThatThrownBy(() -> SeriesTable.read(file, List.of(), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected 2 cells, as the header has, found 1 cells")
        .hasMessageContaining("line 4");
  }

  @Test
  void namesTheLineOfABrokenDateWhereDatesAreRead() throws IOException {
    Path file = write("date,x\n2020-01-01,1\nsoon,2\n");
    assertThatThrownBy(() -> SeriesTable.read(file, List.of(), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a date such as 2016-07-01 00:00:00, found soon")
        .hasMessageContaining("line 3");
    assertThat(SeriesTable.read(file, List.of(), false).rows()).hasSize(2);
  }

  @Test
  void namesTheColumnsThereAre() throws IOException {
    Path file = write("date,a,b\n2020-01-01,1,2\n");
    assertThatThrownBy(() -> SeriesTable.read(file, List.of("OT"), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a column OT, found columns date, a, b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,b\n", "1,2\n3,4\n", "date,place\n2020-01-01,north\n", "a\n\"1"})
  void refusesFilesWithoutASeries(String text) throws IOException {
    Path file = write(text);
    assertThatThrownBy(() -> SeriesTable.read(file, List.of(), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("data.csv");
  }

  @Test
  void refusesOtherEncodings() throws IOException {
    Path file = folder.resolve("data.csv");
    Files.write(file, "date,Öl\n2020-01-01,1\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> SeriesTable.read(file, List.of(), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a CSV file in UTF-8, found bytes of another encoding");
  }

  @ParameterizedTest
  @CsvSource({
    "2016-07-01 00:00:00, 2016-07-01T00:00",
    "2010/1/1 0:00, 2010-01-01T00:00",
    "2016-07-01T13:45, 2016-07-01T13:45",
    "2016-07-01 13:45:30.25, 2016-07-01T13:45:30.250",
    "2016-07-01, 2016-07-01T00:00"
  })
  void readsDatesAsTheyAreWritten(String cell, LocalDateTime time) {
    assertThat(TimeMarks.parse(cell)).contains(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "123456", "20160701", "north", "2016-13-01", ""})
  void numbersAndWordsAreNoDates(String cell) {
    assertThat(TimeMarks.parse(cell)).isEmpty();
  }

  @Test
  void minutesAreTheFirstOfFiveMarks() {
    long seconds = 59 * 60;
    assertThat(TimeMarks.of(seconds, 5)).startsWith(0.5f, -0.5f).hasSize(5);
    assertThat(TimeMarks.of(seconds, 3)).hasSize(3);
  }

  private SeriesTable read(String text) throws IOException {
    return SeriesTable.read(write(text), List.of(), true);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("data.csv"), text);
  }
}
