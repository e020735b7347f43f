package dev.tailgate.data.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.DataSpec;
import dev.tailgate.data.table.Tables;
import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Random;
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

  @Test
  void readsEveryDoubleAsItIsWritten() throws IOException {
    Random random = new Random(7);
    List<Double> written =
        random.longs(4000).mapToObj(Double::longBitsToDouble).filter(Double::isFinite).toList();
    StringBuilder text = new StringBuilder("x,y\n");
    written.forEach(d -> text.append(String.format(Locale.ROOT, "%s,%s%n", d, new BigDecimal(d))));
    List<double[]> rows = read(text.toString()).rows();
    for (int i = 0; i < written.size(); i++) {
      assertThat(rows.get(i)).containsExactly(written.get(i), written.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.parquet", "x.csv", "x.csv.gz", "x.jsonl"})
  void readsOneSeriesFromEveryKindOfTable(String name) throws Exception {
    String form = name.contains(".csv") ? "csv" : name.endsWith(".jsonl") ? "json" : "parquet";
    Path file =
        Tables.written(
            folder.resolve(name),
            form,
            """
            SELECT TIMESTAMP '2020-01-01' + to_hours(i::INTEGER) AS date, i / 7 AS x,
            'word' AS w, (i / 3)::FLOAT AS y FROM range(3000) t(i)
            """);
    SeriesTable table = SeriesTable.read(DataSpec.of(file), List.of(), true);
    assertThat(table.names()).containsExactly("x", "y");
    assertThat(table.rows()).hasSize(3000);
    // CSV has the digits of the float, the others the double that it is.
    boolean isText = name.contains(".csv");
    double third = isText ? Double.parseDouble(Float.toString(2999 / 3f)) : 2999 / 3f;
    assertThat(table.rows().get(2999)).containsExactly(2999 / 7.0, third);
    assertThat(table.seconds().get(2999) - table.seconds().get(0)).isEqualTo(2999 * 3600);
  }

  @Test
  void readsTheRowsOfAQueryInItsOrder() throws IOException {
    Path file = write("x,place\n1,3\n2,1\n3,2\n");
    String sql = String.format(Locale.ROOT, "SELECT x FROM '%s' ORDER BY place", file);
    assertThat(SeriesTable.read(DataSpec.parse(sql), List.of(), false).rows())
        .containsExactly(new double[] {2}, new double[] {3}, new double[] {1});
    String gap =
        String.format(
            Locale.ROOT, "SELECT CASE WHEN x = 2 THEN NULL ELSE x END AS x FROM '%s'", file);
    assertThatThrownBy(() -> SeriesTable.read(DataSpec.parse(gap), List.of(), false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a finite number, found nothing at the query, row 2");
  }

  @Test
  void countsTheLinesInsideQuotesAndBetweenRecords() throws IOException {
    Path file = write("\"a\nb\",c\r\n\r\n\"1\",2\r\n\r\n3,\"x \"\"y\"\"\"\r\n");
    assertThatThrownBy(() -> SeriesTable.read(DataSpec.of(file), List.of(), false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("column c: expected a finite number, found x \"y\"")
        .hasMessageContaining("line 6");
  }

  @Test
  void passesEmptyLinesOfOneColumnOver() throws IOException {
    assertThat(read("x\n1\n\n2\n\n").rows()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"'', nothing", "NaN, NaN", "nan, nan", "Infinity, Infinity", "x7, x7", "12f, 12f"})
  void namesTheLineOfAGap(String cell, String found) throws IOException {
    Path file = write("date,x\n2020-01-01,1\n2020-01-02," + cell + "\n");
    assertThatThrownBy(() -> SeriesTable.read(DataSpec.of(file), List.of(), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Failed reading column x: expected a finite number, found " + found)
        .hasMessageContaining("data.csv, line 3");
  }

  @Test
  void namesTheLineWithAnotherNumberOfCells() throws IOException {
    Path file = write("a,b\n1,2\n3,4\n5\n6,7\n");
    assertThatThrownBy(() -> SeriesTable.read(DataSpec.of(file), List.of(), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected 2 cells, as the header has, found 1 cells")
        .hasMessageContaining("line 4");
  }

  @Test
  void namesTheLineThatEndsOtherwise() throws IOException {
    Path file = write("a,b\r\n1,2\r\n3,4\n5,6\r\n");
    assertThatThrownBy(() -> SeriesTable.read(DataSpec.of(file), List.of(), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected lines that end in \\r\\n, as the header does, found \\n")
        .hasMessageContaining("line 3");
  }

  @Test
  void namesTheLineOfABrokenDateWhereDatesAreRead() throws IOException {
    Path file = write("date,x\n2020-01-01,1\nsoon,2\n");
    assertThatThrownBy(() -> SeriesTable.read(DataSpec.of(file), List.of(), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a date such as 2016-07-01 00:00:00, found soon")
        .hasMessageContaining("line 3");
    assertThat(SeriesTable.read(DataSpec.of(file), List.of(), false).rows()).hasSize(2);
  }

  @Test
  void namesTheColumnsThereAre() throws IOException {
    Path file = write("date,a,b\n2020-01-01,1,2\n");
    assertThatThrownBy(() -> SeriesTable.read(DataSpec.of(file), List.of("OT"), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a column OT, found columns date, a, b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,b\n", "1,2\n3,4\n", "date,place\n2020-01-01,north\n", "a\n\"1"})
  void refusesFilesWithoutASeries(String text) throws IOException {
    Path file = write(text);
    assertThatThrownBy(() -> SeriesTable.read(DataSpec.of(file), List.of(), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("data.csv");
  }

  @Test
  void refusesOtherEncodings() throws IOException {
    Path file = folder.resolve("data.csv");
    Files.write(file, "date,Öl\n2020-01-01,1\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> SeriesTable.read(DataSpec.of(file), List.of(), true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a CSV file in UTF-8, found bytes of another encoding");
  }

  @ParameterizedTest
  @CsvSource({
    "2016-07-01 00:00:00, 2016-07-01T00:00",
    "2010/1/1 0:00, 2010-01-01T00:00",
    "2016-07-01T13:45, 2016-07-01T13:45",
    "2016-07-01 13:45:30.25, 2016-07-01T13:45:30.250",
    "2016-07-01 01:00:00+00, 2016-07-01T01:00",
    "2016-07-01T01:00:00+02:00, 2016-07-01T01:00",
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
    return SeriesTable.read(DataSpec.of(write(text)), List.of(), true);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("data.csv"), text);
  }
}
