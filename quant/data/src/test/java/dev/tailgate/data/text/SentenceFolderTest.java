package dev.tailgate.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.EmbeddingOptions;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.Pooling;
import dev.tailgate.data.Task;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder of Sentence-Transformers says, and what a user says instead. */
class SentenceFolderTest {
  @TempDir Path folder;

  private OnnxModel model;
  private Path pairs;

  @BeforeEach
  void saveAsSentenceTransformersDoes() throws IOException {
    Path onnx = Files.createDirectories(folder.resolve("onnx")).resolve("model.onnx");
    Files.copy(Fixtures.model("encoder").path().orElseThrow(), onnx);
    Files.copy(Fixtures.file("bert-tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("modules.json"),
        """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling",
          "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "name": "2", "path": "2_Normalize",
          "type": "sentence_transformers.models.Normalize"}]
        """);
    Files.createDirectories(folder.resolve("1_Pooling"));
    pooling("\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false");
    Files.writeString(
        folder.resolve("config_sentence_transformers.json"),
        "{\"prompts\": {\"query\": \"w9 \"}, \"default_prompt_name\": \"query\"}");
    Files.writeString(
        folder.resolve("sentence_bert_config.json"),
        "{\"max_seq_length\": 5, \"do_lower_case\": false}");
    model = OnnxModel.load(onnx);
    pairs =
        Files.writeString(
            folder.resolve("x.csv"), "sentence1,sentence2,score\nw0,w1,1\nw0 w1 w2 w3,w2,3.5\n");
  }

  private void pooling(String modes) throws IOException {
    Files.writeString(
        folder.resolve("1_Pooling").resolve("config.json"),
        "{\"word_embedding_dimension\": 8, " + modes + "}");
  }

  private DataRequest request(EmbeddingOptions said) {
    return new DataRequest(Optional.of(pairs), Optional.empty(), 10, 4, 8, 1)
        .with(FormatOptions.DEFAULT.with(EmbeddingOptions.SET, said));
  }

  private static EmbeddingOptions said(Optional<Pooling> pooling, Optional<String> prefix) {
    return new EmbeddingOptions(pooling, prefix, Optional.empty(), Optional.empty());
  }

  private long[] ids(DataSource source, int place) {
    return Fixtures.all(source).stream()
        .flatMap(
            b -> {
              long[] ids = b.inputs().get("input_ids").toLongs();
              int width = ids.length / b.rows();
              int row = b.row(place).orElse(-1);
              return row < 0
                  ? java.util.stream.Stream.empty()
                  : java.util.stream.Stream.of(
                      java.util.Arrays.copyOfRange(ids, row * width, (row + 1) * width));
            })
        .findFirst()
        .orElseThrow();
  }

  @Test
  void saysPoolingPromptAndLength() {
    DataSource source = DataSources.open(model, request(said(Optional.empty(), Optional.empty())));
    assertThat(source.task()).isEqualTo(Task.SIMILARITY);
    assertThat(source.scoring().used()).isEqualTo(Pooling.CLS);
    assertThat(source.description()).contains("cls pooling", "prefix 'w9 '", "2 of 2 pairs");
    // [CLS] w9 w0 [SEP], and of five words as many as five tokens hold.
    assertThat(ids(source, 0)).startsWith(2, 14, 5, 3);
    assertThat(ids(source, 2)).containsExactly(2, 14, 5, 6, 3);
  }

  @Test
  void whatAUserSaysComesFirst() {
    DataSource source =
        DataSources.open(model, request(said(Optional.of(Pooling.MAX), Optional.of(""))));
    assertThat(source.scoring().used()).isEqualTo(Pooling.MAX);
    assertThat(ids(source, 0)).startsWith(2, 5, 3);
  }

  @Test
  void readsNewFormsAndLeavesWhatIsUnknownToTheUser() throws IOException {
    pooling("\"pooling_mode\": \"lasttoken\"");
    assertThat(SentenceFolder.around(model).orElseThrow().pooling()).contains(Pooling.LAST);
    pooling("\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": true");
    assertThat(SentenceFolder.around(model).orElseThrow().pooling()).isEmpty();
    Files.writeString(folder.resolve("modules.json"), "[{");
    assertThatThrownBy(() -> SentenceFolder.around(model))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("modules.json");
  }

  @Test
  void refusesPoolingForTasksWithoutVectors() {
    DataRequest asked =
        request(said(Optional.of(Pooling.CLS), Optional.empty())).as(Task.AGREEMENT);
    assertThatThrownBy(() -> DataSources.open(model, asked))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("similarity or neighbours")
        .hasMessageContaining("task agreement");
  }
}
