package dev.tailgate.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.Sample;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CSV files as people have them, read without a word about their form. */
class CsvDialectTest {
  /** The benchmark as it is distributed: some lines have a source and a link behind the texts. */
  private static final String STS =
      """
      main-news\tMSRpar\t2012test\t0001\t4.400\tThe "A-team, that's it.\tHe said "no" to it all.
      main-captions\tMSRvid\t2012test\t0002\t0.250\t"w0" is here\tw1
      main-forums\tdeft\t2015\t0003\t5.000\tw2; w3\tw4, w5\tsource\thttp://x/y
      """;

  private static final Map<String, String> STS_COLUMNS =
      Map.of("score", "5", "sentence1", "6", "sentence2", "7");

  @TempDir Path folder;

  private Path file(String name, String content, Charset charset) throws IOException {
    return Files.writeString(folder.resolve(name), content, charset);
  }

  private CsvDialect dialect(String name, String content) throws IOException {
    return CsvDialect.of(file(name, content, StandardCharsets.UTF_8), CsvOptions.NONE);
  }

  private static TableSet open(Path path, Map<String, String> columns) {
    return Tables.open(Fixtures.model("encoder"), DataSpec.of(path), columns);
  }

  @Test
  void readsTabsWithoutHeaderAndQuotesThatAreCharacters() throws IOException {
    Path path = file("sts.csv", STS, StandardCharsets.UTF_8);
    CsvDialect found = CsvDialect.of(path, CsvOptions.NONE);
    assertThat(found.delimiter()).isEqualTo('\t');
    assertThat(found.quote()).isEqualTo(CsvDialect.NO_QUOTE);
    assertThat(found.hasHeader()).isFalse();
    assertThat(found.isRagged()).isTrue();
    assertThat(found.columns()).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
    TableSet set = open(path, STS_COLUMNS);
    assertThat(set.task()).isEqualTo(Task.SIMILARITY);
    List<Sample> samples = Tables.read(set, 0, 1, 2, 3, 4, 5);
    assertThat(samples)
        .extracting(s -> s.label().orElseThrow().toFloats()[0])
        .containsExactly(4.4f, 4.4f, 0.25f, 0.25f, 5f, 5f);
    // [CLS] w1 [SEP]: what stands behind the texts is no part of them.
    assertThat(samples.get(3).inputs().get("input_ids").toLongs()).containsExactly(2, 6, 3);
  }

  @Test
  void saysWhichOptionReadsColumnsWithoutNames() throws IOException {
    Path path = file("sts.csv", STS, StandardCharsets.UTF_8);
    assertThatThrownBy(() -> open(path, Map.of()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("--columns sentence1=6,sentence2=7,score=5");
    Path two =
        file("news.tsv", "w0 w1 w2 w3\tSport\nw3 w4 \"w5 w6\tWorld\n", StandardCharsets.UTF_8);
    Map<String, String> none = Map.of("text", "1", "label", "9");
    assertThatThrownBy(() -> open(two, none)).hasMessageContaining("no column 9");
  }

  @Test
  void findsDelimitersByWhatPartsAllRecordsAlike() throws IOException {
    assertThat(dialect("a.csv", "text,label\n\"x; y\",1\nz,2\n").delimiter()).isEqualTo(',');
    assertThat(dialect("b.csv", "text;label\nx, y;1\nz;2\n").delimiter()).isEqualTo(';');
    assertThat(dialect("c.csv", "text\tlabel\nx, y\t1\nz\t2\n").delimiter()).isEqualTo('\t');
    assertThat(dialect("d.csv", "text|label\nx|1\n").delimiter()).isEqualTo('|');
    assertThat(dialect("e.csv", "text\nx\n").columns()).containsExactly("text");
  }

  @Test
  void readsQuotesAsQuotesWhereAllStandAroundCells() throws IOException {
    assertThat(dialect("a.csv", "text,label\n\"a \"\"b\"\", c\",1\n").quote()).isEqualTo('"');
    assertThat(dialect("b.tsv", "text\tlabel\n\"a\tb\"\t1\n").quote()).isEqualTo('"');
    assertThat(dialect("c.tsv", "text\tlabel\n\"a\" b\t1\n\"c\t2\n").quote())
        .isEqualTo(CsvDialect.NO_QUOTE);
  }

  @Test
  void tellsAHeaderFromARow() throws IOException {
    assertThat(dialect("a.csv", "first,second\nx,1\n").hasHeader()).isTrue();
    assertThat(dialect("b.csv", "x,1\ny,2\n").hasHeader()).isFalse();
    assertThat(dialect("c.csv", "0,1,label\n1,2,3\n").hasHeader()).isTrue();
    String line = "a sentence of more than sixty-four characters is the name of no column, is it?";
    assertThat(dialect("d.tsv", line + "\tSport\n" + line + "\tWorld\n").hasHeader()).isFalse();
    assertThat(dialect("e.csv", ",text,text\n0,x,y\n").columns())
        .containsExactly("1", "text", "text_1");
  }

  @Test
  void readsMarksEncodingsAndMixedLineEnds() throws IOException {
    String plain = "text,label\nw0,2\nw1 w2,0\n";
    Path mixed = file("m.csv", "text,label\r\nw0,2\nw1 w2,0\r\n", StandardCharsets.UTF_8);
    Path marked = file("b.csv", "\uFEFF" + plain, StandardCharsets.UTF_8);
    Path little = file("l.csv", "\uFEFF" + plain, StandardCharsets.UTF_16LE);
    for (Path path : List.of(mixed, marked, little)) {
      List<Sample> samples = Tables.read(open(path, Map.of()), 0, 1);
      assertThat(samples)
          .extracting(s -> s.label().orElseThrow().toLongs()[0])
          .as(path.toString())
          .containsExactly(2L, 0L);
      assertThat(samples.get(1).inputs().get("input_ids").toLongs()).containsExactly(2, 6, 7, 3);
    }
  }

  @Test
  void doesWhatItIsTold() throws IOException {
    Path path = file("x.csv", "w0 'w1,2\nw3,0,w4\n", StandardCharsets.UTF_8);
    CsvOptions said =
        CsvOptions.of(
            Map.of("delimiter", "comma", "quote", "none", "header", "no", "encoding", "latin-1"));
    CsvDialect found = CsvDialect.of(path, said);
    assertThat(found.columns()).containsExactly("1", "2", "3");
    assertThat(found.encoding()).isEqualTo("latin-1");
    assertThat(found.inWords()).isEqualTo("--csv delimiter=comma,quote=none,header=no");
    assertThatThrownBy(() -> CsvOptions.of(Map.of("quotes", "none")))
        .hasMessageContaining("delimiter, quote, header or encoding")
        .hasMessageContaining("quotes");
    assertThatThrownBy(() -> CsvOptions.of(Map.of("delimiter", "tabs")))
        .hasMessageContaining("comma, tab, semicolon, pipe, space, or one character");
    DataSpec query = DataSpec.parse("SELECT 1 AS label");
    assertThatThrownBy(() -> TableQuery.of(query, said)).hasMessageContaining("a query");
  }

  @Test
  void refusesCommaRecordsOfOtherWidths() throws IOException {
    Path path = file("x.csv", "text,label\nw0,1\nw1, w2,0\n", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> open(path, Map.of()).size())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Line: 3")
        .hasMessageContaining("--csv");
  }

  @Test
  void readsTheBenchmarkAsDistributed() {
    Path test = Path.of("../../../shared/data/text/sts/sts-test.csv").toAbsolutePath().normalize();
    assumeThat(test).as("the shared data").exists();
    TableQuery table = TableQuery.of(DataSpec.of(test));
    List<Column> columns = TableDescription.columns(table);
    assertThat(columns).hasSize(9);
    assertThat(columns.get(4).type()).isEqualTo(Column.Type.REAL);
    assertThat(TableDescription.size(table, List.of(columns.get(6))).rows()).isEqualTo(1379);
  }
}
