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
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
