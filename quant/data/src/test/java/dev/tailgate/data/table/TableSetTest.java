package dev.tailgate.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.Sample;
import dev.tailgate.data.Task;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableSetTest {
  private static final OnnxModel ENCODER = Fixtures.model("encoder");

  @TempDir Path folder;

  private DataSpec file(String name, String content) throws IOException {
    return DataSpec.of(Files.writeString(folder.resolve(name), content));
  }

  private static long[] ids(Sample sample) {
    return sample.inputs().get("input_ids").toLongs();
  }

  @Test
  void classifiesTextWithIds() throws IOException {
    DataSpec data = file("x.csv", "text,label\n\"w0, w1\",2\nw3,0\n");
    TableSet set = Tables.open(ENCODER, data, Map.of());
    assertThat(set.task()).isEqualTo(Task.CLASSIFICATION);
    assertThat(set.size()).isEqualTo(2);
    assertThat(set.length()).isEqualTo(8);
    List<Sample> samples = Tables.read(set, 0, 1);
    // [CLS] w0 [UNK] for the comma, w1 [SEP].
    assertThat(ids(samples.get(0))).containsExactly(2, 5, 1, 6, 3);
    assertThat(samples.get(0).tokens()).isEqualTo(5);
    assertThat(samples.get(0).label().orElseThrow().toLongs()).containsExactly(2);
    assertThat(samples.get(0).label().orElseThrow().rank()).isZero();
    assertThat(ids(samples.get(1))).containsExactly(2, 8, 3);
    assertThat(set.description()).contains("x.csv, columns text");
  }

  @Test
  void numbersClassNamesInSortedOrder() throws IOException {
    DataSpec data = file("x.tsv", "review\tstars\nw0\tpos\nw1\tneg\nw2\tpos\n");
    TableSet set = Tables.open(ENCODER, data, Map.of("text", "review", "label", "stars"));
    assertThat(Tables.read(set, 0, 1, 2))
        .extracting(s -> s.label().orElseThrow().toLongs()[0])
        .containsExactly(1L, 0L, 1L);
    assertThat(set.description()).contains("2 classes in sorted order (neg, pos)");
  }

  @Test
  void readsPairsTogetherAndCutsTheLongerOne() throws IOException {
    DataSpec data =
        file(
            "x.jsonl",
            "{\"premise\": \"w0 w1 w2 w3 w4 w5\", \"hypothesis\": \"w6\", \"label\": 1}\n");
    Sample sample = Tables.read(Tables.open(ENCODER, data, Map.of()), 0).get(0);
    // Frames take 3 of 8 tokens, so 5 are left for 7.
    assertThat(ids(sample)).containsExactly(2, 5, 6, 7, 8, 3, 11, 3);
    assertThat(sample.inputs().get("token_type_ids").toLongs())
        .containsExactly(0, 0, 0, 0, 0, 0, 1, 1);
  }

  @Test
  void twoTextsWithAScoreArePairsOfSamples() throws IOException {
    DataSpec data = file("x.csv", "sentence1,sentence2,score\nw0,w1,0.5\nw2,w3,4.25\n");
    TableSet set = Tables.open(ENCODER, data, Map.of());
    assertThat(set.task()).isEqualTo(Task.SIMILARITY);
    assertThat(set.size()).isEqualTo(4);
    assertThat(set.group()).isEqualTo(2);
    List<Sample> samples = Tables.read(set, 2, 3, 0, 1);
    assertThat(samples).extracting(s -> ids(s)[1]).containsExactly(7L, 8L, 5L, 6L);
    assertThat(samples)
        .extracting(s -> s.label().orElseThrow().toFloats()[0])
        .containsExactly(4.25f, 4.25f, 0.5f, 0.5f);
  }

  @Test
  void findsAnswersInTheirContext() throws IOException {
    DataSpec data =
        file(
            "x.jsonl",
            """
            {"question": "w0", "context": "w1 w2 w3", "answer": "w2 w3", "answer_start": 3}
            {"question": "w0", "context": "𝄞 w1 w1", "answer": "w1", "answer_start": 5}
            {"question": "w0", "context": "w1 w2 w1", "answer": "w1", "answer_start": null}
            {"question": "w0", "context": "w1 w2", "answer": null, "answer_start": null}
            {"question": "w0", "context": "w1 w2 w3 w4 w5 w6", "answer": "w6", "answer_start": 15}
            """);
    TableSet set = Tables.open(ENCODER, data, Map.of());
    assertThat(set.task()).isEqualTo(Task.SPAN);
    List<Sample> samples = Tables.read(set, 0, 1, 3, 4);
    // [CLS] w0 [SEP] then the context from token 3 on.
    assertThat(samples)
        .extracting(s -> s.label().orElseThrow().toLongs())
        .containsExactly(
            new long[] {4, 5}, new long[] {5, 5}, new long[] {0, 0}, new long[] {-100, -100});
    assertThatThrownBy(() -> Tables.read(set, 2))
        .hasMessageContaining("a value in column answer_start, found NULL at row 3");
  }

  @Test
  void readsColumnsNamedLikeInputs() throws SQLException {
    Path path =
        Tables.parquet(
            folder.resolve("x.parquet"),
            "SELECT * FROM (VALUES ([2, 5, 3], [-100, 7, -100]), ([2, 6, 7, 3], [-100, 1, 2, -100]))"
                + " t(input_ids, labels)");
    TableSet set = Tables.open(ENCODER, DataSpec.of(path), Map.of());
    assertThat(set.task()).isEqualTo(Task.MASKED_LM);
    assertThat(set.length()).isEqualTo(4);
    Sample sample = Tables.read(set, 1).get(0);
    assertThat(ids(sample)).containsExactly(2, 6, 7, 3);
    assertThat(sample.tokens()).isEqualTo(4);
    assertThat(sample.label().orElseThrow().toLongs()).containsExactly(-100, 1, 2, -100);
    TableSet own =
        Tables.open(
            Fixtures.model("decoder"),
            new DataSpec.QuerySpec("SELECT input_ids FROM '" + path + "'"),
            Map.of());
    assertThat(own.task()).isEqualTo(Task.CAUSAL_LM);
    assertThat(Tables.read(own, 0).get(0).label().orElseThrow().toLongs()).containsExactly(2, 5, 3);
  }

  @Test
  void takesColumnsOfNumbersAsFeaturesInTheirOrder() throws IOException {
    DataSpec data = file("x.csv", "name,b,label,a\nu,1.5,1,2\nv,-1,0,4\n");
    TableSet set = Tables.open(Tables.features(2), data, Map.of());
    List<Sample> samples = Tables.read(set, 1, 0);
    assertThat(samples.get(0).inputs().get("x").toFloats()).containsExactly(-1f, 4f);
    assertThat(samples.get(1).inputs().get("x").toFloats()).containsExactly(1.5f, 2f);
    assertThat(samples.get(1).label().orElseThrow().toLongs()).containsExactly(1);
    assertThat(set.length()).isZero();
  }

  @Test
  void takesListsAsTargetsOfTheOutputsShape() throws IOException {
    DataSpec data = file("x.jsonl", "{\"x\": [1, 2.5], \"target\": [3, 4]}\n");
    TableSet set = Tables.open(Tables.features(2), data, Map.of());
    assertThat(set.task()).isEqualTo(Task.REGRESSION);
    Sample sample = Tables.read(set, 0).get(0);
    assertThat(sample.inputs().get("x").toFloats()).containsExactly(1f, 2.5f);
    assertThat(sample.label().orElseThrow().toFloats()).containsExactly(3f, 4f);
  }

  @Test
  void masksTextWithoutLabels() throws IOException {
    DataSpec data = file("x.csv", "text,other\nw0 w1 w2,a\nw3,b\n");
    TableSet set = Tables.open(ENCODER, data, Map.of());
    assertThat(set.task()).isEqualTo(Task.MASKED_LM);
    assertThat(Tables.read(set, 0).get(0).label().orElseThrow().toLongs()).hasSize(5);
    assertThat(Tables.open(ENCODER, data, Map.of(), Optional.of(Task.AGREEMENT)).task())
        .isEqualTo(Task.AGREEMENT);
  }

  @Test
  void readsTheResultOfAQuery() throws IOException {
    DataSpec.FileSpec file = (DataSpec.FileSpec) file("x.csv", "a,b\nw0,1\nw1,0\nw2,1\n");
    DataSpec query =
        new DataSpec.QuerySpec(
            String.format(
                Locale.ROOT,
                "SELECT a AS text, b AS label FROM '%s' WHERE b = 1 ORDER BY a DESC; -- comment",
                file.path()));
    TableSet set = Tables.open(ENCODER, query, Map.of());
    assertThat(Tables.read(set, 0, 1)).extracting(s -> ids(s)[1]).containsExactly(7L, 5L);
    assertThat(set.description()).contains("the query, SELECT a AS text");
  }
}
