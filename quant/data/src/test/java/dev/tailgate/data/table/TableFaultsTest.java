package dev.tailgate.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Fixtures;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal is one sentence that says where the fault is. */
class TableFaultsTest {
  private static final OnnxModel ENCODER = Fixtures.model("encoder");

  @TempDir Path folder;

  private void refuses(String name, String content, String... parts) throws IOException {
    Path path = Files.writeString(folder.resolve(name), content);
    refuses(ENCODER, DataSpec.of(path), Map.of(), parts);
  }

  private static void refuses(
      OnnxModel model, DataSpec data, Map<String, String> columns, String... parts) {
    assertThatThrownBy(
            () -> {
              TableSet set = Tables.open(model, data, columns);
              for (long row = 0; row < set.size(); row++) {
                Tables.read(set, row);
              }
            })
        .isInstanceOf(DataException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n");
  }

  @Test
  void namesTheRowOfAMissingCell() throws IOException {
    refuses("x.csv", "text,label\nw0,1\nw1,\n", "column label", "found NULL", "row 2");
    refuses("y.csv", "text,label\nw0,1\n,0\n", "column text", "found NULL", "row 2");
    refuses("x.jsonl", "{\"text\": \"w0\"}\n{\"text\": null}\n", "found NULL", "row 2");
  }

  @Test
  void namesTheRowOfANumberThatIsNone() throws IOException {
    Path path = Files.writeString(folder.resolve("x.csv"), "a,b,label\n1,2,0\n1,nan,0\n");
    refuses(Tables.features(2), DataSpec.of(path), Map.of(), "column b", "NaN", "row 2");
  }

  @Test
  void namesTheRowOfAClassBelowZero() throws IOException {
    refuses("x.csv", "text,label\nw0,1\nw1,-1\n", "at least 0", "found -1", "row 2");
  }

  @Test
  void namesTheRowOfATokenOutsideTheVocabulary() throws SQLException {
    Path path =
        Tables.parquet(
            folder.resolve("x.parquet"),
            "SELECT unnest([[1, 2], [3, 40]]) AS input_ids, [1, 2] AS labels");
    refuses(
        ENCODER, DataSpec.of(path), Map.of(), "below 40, the model's vocabulary,", "40", "row 2");
  }

  @Test
  void namesTheRowOfAListOfAnotherLength() throws SQLException, IOException {
    Path path =
        Tables.parquet(folder.resolve("x.parquet"), "SELECT unnest([[1.5, 2], [3, 4, 5]]) AS x");
    refuses(Tables.features(2), DataSpec.of(path), Map.of(), "2 numbers", "found 3", "row 2");
  }

  @Test
  void namesTheColumnsThereAre() throws IOException {
    Path path = Files.writeString(folder.resolve("x.csv"), "review,stars\nw0,1\n");
    refuses(ENCODER, DataSpec.of(path), Map.of("text", "nope"), "review, stars", "no column nope");
    refuses(ENCODER, DataSpec.of(path), Map.of("txt", "review"), "one of text", "found txt");
    refuses(ENCODER, DataSpec.of(path), Map.of(), "review (text), stars (integer)");
    refuses(Tables.features(3), DataSpec.of(path), Map.of(), "3 columns of numbers", "stars");
    DataSpec query = new DataSpec.QuerySpec("SELECT nope FROM '" + path + "'");
    refuses(ENCODER, query, Map.of(), "columns that the data has", "nope");
  }

  @Test
  void refusesEmptyAndBrokenFiles() throws IOException, SQLException {
    refuses("empty.csv", "", "an empty file");
    refuses("empty.parquet", "", "an empty file");
    refuses("broken.parquet", "PAR1 no more", "a whole Parquet file", "broken.parquet");
    refuses("broken.jsonl", "{\"text\": \"w0\"}\n{\"text\": \n", "a JSON object a line", "line 3");
    Path whole =
        Tables.parquet(
            folder.resolve("whole.parquet"), "SELECT 'w' || i AS text FROM range(20000) t(i)");
    byte[] bytes = Files.readAllBytes(whole);
    byte[] changed = bytes.clone();
    Arrays.fill(changed, 4, 400, (byte) 0xFF);
    Files.write(whole, changed);
    refuses(ENCODER, DataSpec.of(whole), Map.of(), "Failed reading whole.parquet");
    Files.write(whole, Arrays.copyOf(bytes, bytes.length / 2));
    refuses(ENCODER, DataSpec.of(whole), Map.of(), "a whole Parquet file");
    DataSpec nowhere = DataSpec.of(folder.resolve("nowhere.csv"));
    refuses(ENCODER, nowhere, Map.of(), "a readable file");
  }

  @Test
  void namesTheLineOfACellThatContradictsTheOthers() throws IOException {
    StringBuilder rows = new StringBuilder("text,label\n");
    for (int i = 0; i < 40_000; i++) {
      rows.append("w0,1\n");
    }
    refuses("x.csv", rows + "w1,oops\n", "rows of one form", "40002", "oops");
  }

  @Test
  void onlyReads() throws IOException {
    Path path = Files.writeString(folder.resolve("x.csv"), "text,label\nw0,1\n");
    Path target = folder.resolve("stolen.csv");
    String copy = "COPY (SELECT 1) TO '" + target + "'";
    for (String sql :
        new String[] {
          "SELECT * FROM '" + path + "'; " + copy,
          "SELECT 1) t; " + copy + "; SELECT * FROM (SELECT 1",
          "WITH a AS (SELECT 1) INSERT INTO b FROM a"
        }) {
      refuses(ENCODER, new DataSpec.QuerySpec(sql), Map.of(), "one SELECT statement");
    }
    assertThat(target).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPY (SELECT 1) TO '%s'",
        "COPY (SELECT 1) TO PROGRAM 'cat > %s'",
        "EXPORT DATABASE '%s'",
        "IMPORT DATABASE '%s'",
        "ATTACH '%s' AS z",
        "DETACH memory",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '%s'",
        "SET memory_limit = '9GB'",
        "RESET memory_limit",
        "PRAGMA database_list",
        "PRAGMA enable_profiling",
        "CALL enable_logging(storage = 'file', storage_path = '%s')",
        "CREATE TABLE t (a INT)",
        "CREATE SECRET s (TYPE http)",
        "CREATE MACRO m() AS 1",
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET a = 1",
        "DELETE FROM t",
        "DROP TABLE t",
        "BEGIN",
        "CHECKPOINT",
        "VACUUM",
        "USE memory",
        "PREPARE p AS SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "SELECT 1; SELECT 2",
        "SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = '%s')",
        "SELECT * FROM enable_profiling(format = 'json', save_location = '%s', mode = 'standard')",
        "SELECT * FROM ENABLE_PROFILING(format = 'json', save_location = '%s', mode = 'standard')",
        "SELECT (SELECT count(*) FROM enable_logging(storage = 'file', storage_path = '%s'))",
        "WITH a AS (SELECT * FROM enable_logging()) SELECT * FROM a",
        "SELECT * FROM query('SELECT * FROM enable_logging()')",
        "SELECT * FROM query_table('t')",
        "SELECT * FROM json_execute_serialized_sql('{}')",
        "SELECT * FROM arrow_scan(1, 2, 3)",
        "SELECT * FROM read_duckdb('%s')",
        "SELECT * FROM checkpoint()",
        "SELECT * FROM register_external_resource('%s')",
        "SELECT len(range(3000000000))",
        "SELECT repeat('x', 3000000000)",
        "SELECT repeat('x', i) FROM (SELECT 3000000000 AS i)",
        "SELECT lpad('x', 2000000000, 'y')",
        "SELECT * FROM unnest(range(3000000000))",
      })
  void doesNothingButRead(String sql) {
    Path target = folder.resolve("written.json");
    DataSpec query = new DataSpec.QuerySpec(String.format(Locale.ROOT, sql, target));
    assertThatThrownBy(() -> TableQuery.of(query))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("reading the query of --data")
        .hasMessageMatching(
            "(?s).*(one SELECT statement|functions that read files or make rows|four digits).*");
    assertThat(folder).isEmptyDirectory();
  }

  /** Were a function to get past the check, it would still change nothing. */
  @Test
  void settingsCannotBeChanged() throws SQLException {
    Path target = folder.resolve("written.json");
    for (String sql :
        new String[] {
          "SELECT * FROM enable_profiling(format = 'json', save_location = '%s', mode = 'standard')",
          "SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = '%s')",
          "SET memory_limit = '9GB'",
          "SET temp_directory = '%s'",
          "SET autoload_known_extensions = true",
          "SET lock_configuration = false",
        }) {
      try (Connection connection = DuckDb.open(false);
          Statement statement = connection.createStatement()) {
        assertThatThrownBy(() -> statement.execute(String.format(Locale.ROOT, sql, target)))
            .as(sql)
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("locked");
      }
    }
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'a' AS text, 1 AS label",
        "FROM range(3)",
        "VALUES (1)",
        "SELECT lpad(i::VARCHAR, 8, '0') FROM range(3) t(i)",
        "SELECT * FROM unnest(range(1, 4))",
        "WITH a AS (SELECT * FROM glob('*')) SELECT upper(file) FROM a",
        "SELECT * FROM read_text('*') -- a comment",
      })
  void readsWhatItMay(String sql) {
    assertThat(TableQuery.of(new DataSpec.QuerySpec(sql)).name()).isEqualTo("the query");
  }

  @Test
  void aQueryWithoutEndIsEnded() {
    String endless =
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t";
    assertThatThrownBy(
            () -> {
              try (QueryRows rows = new QueryRows("x", endless, Duration.ofMillis(300))) {
                rows.next();
              }
            })
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a row after a while, found no row within 0 seconds");
  }

  @Test
  void fetchesNothing() {
    DataSpec remote = new DataSpec.QuerySpec("SELECT * FROM 'https://localhost/x.parquet'");
    refuses(ENCODER, remote, Map.of(), "nothing is read over a network");
  }

  @Test
  void refusesWhatWouldNotFitIntoMemory() {
    DataSpec large =
        new DataSpec.QuerySpec(
            "SELECT repeat('w0 ', 2000) || i AS text FROM range(300000) t(i) ORDER BY hash(i), text");
    refuses(ENCODER, large, Map.of(), "Out of Memory", "Sort or group fewer rows");
  }

  @Test
  void escapesWhatTheDataSays() throws IOException {
    byte[] bytes = "text,label\nw0,\u001b[31m1\n".getBytes(StandardCharsets.UTF_8);
    Path path = Files.write(folder.resolve("x.csv"), bytes);
    assertThatThrownBy(() -> Tables.open(ENCODER, DataSpec.of(path), Map.of("text", "a\u001b[31m")))
        .message()
        .doesNotContain("\u001b");
  }
}
