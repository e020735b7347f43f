package dev.tailgate.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.Padding;
import dev.tailgate.data.Shard;
import dev.tailgate.data.Task;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSourceTest {
  @TempDir Path folder;
  private Path text = Path.of("unset");

  @BeforeEach
  void writeText() throws IOException {
    text = folder.resolve("text.txt");
    Files.writeString(text, "w0 w1 w2\nw3 w4\nw5 w6 w7 w8 w9 w10 w11 w12 w13 w14\n");
  }

  private DataSource open(String model, String tokenizer, int batch, Optional<Task> task) {
    DataRequest request =
        new DataRequest(Optional.of(text), Optional.of(Fixtures.file(tokenizer)), 100, batch, 6, 1);
    return DataSources.open(Fixtures.model(model), task.map(request::as).orElse(request));
  }

  @Test
  void cutsOneStreamIntoBlocksForACausalModel() {
    DataSource source = open("decoder", "gpt-tokenizer.json", 2, Optional.empty());
    assertThat(source.task()).isEqualTo(Task.CAUSAL_LM);
    assertThat(source.hasPadding()).isFalse();
    // 15 words make two blocks of 6; word i has id i + 1 after [UNK].
    assertThat(Fixtures.values(source, "input_ids"))
        .containsExactly(1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12.);
    assertThat(Fixtures.all(source).get(0).labels().orElseThrow().toLongs())
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  }

  @Test
  void framesDocumentsForAnEncoderAndPadsThemToTheLongestOfTheirBatch() {
    DataSource source = open("encoder", "bert-tokenizer.json", 3, Optional.of(Task.AGREEMENT));
    Batch batch = Fixtures.all(source).get(0);
    // By length: the second document has 4 tokens, the first 5, the third is cut to 6.
    assertThat(batch.places()).containsExactly(1, 0, 2);
    assertThat(Fixtures.input(batch, "input_ids").toLongs())
        .containsExactly(2, 8, 9, 3, 0, 0, 2, 5, 6, 7, 3, 0, 2, 10, 11, 12, 13, 3);
    assertThat(batch.mask().orElseThrow().toLongs())
        .containsExactly(1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1);
    assertThat(Fixtures.input(batch, "attention_mask")).isEqualTo(batch.mask().orElseThrow());
    assertThat(Fixtures.values(source, "token_type_ids")).hasSize(18).containsOnly(0.0);
  }

  @Test
  void shortDocumentsAreNotRunAsLongOnes() {
    DataSource source = open("encoder", "bert-tokenizer.json", 2, Optional.of(Task.AGREEMENT));
    assertThat(Fixtures.all(source))
        .extracting(b -> List.of(b.samples(), (int) Fixtures.input(b, "input_ids").dim(1)))
        .containsExactlyInAnyOrder(List.of(2, 5), List.of(1, 6));
    DataRequest request =
        new DataRequest(
            Optional.of(text), Optional.of(Fixtures.file("bert-tokenizer.json")), 9, 2, 6, 1);
    DataRequest whole =
        new DataRequest(
            request.data(),
            request.tokenizer(),
            9,
            2,
            6,
            1,
            Optional.of(Task.AGREEMENT),
            Optional.empty(),
            Shard.WHOLE,
            FormatOptions.DEFAULT.with(Padding.SET, Padding.LENGTH),
            DataRequest.Purpose.EVALUATION);
    List<Batch> filled = Fixtures.all(DataSources.open(Fixtures.model("encoder"), whole));
    assertThat(filled).extracting(Batch::firstPlace).containsExactly(0L, 2L);
    assertThat(filled).allMatch(b -> Fixtures.input(b, "input_ids").dim(1) == 6);
  }

  @Test
  void tellsWhatTheLargestBatchIsBeforeItsTurn() {
    DataSource source = open("encoder", "bert-tokenizer.json", 1, Optional.of(Task.AGREEMENT));
    assertThat(source.largest().places()).containsExactly(2);
    double first = Fixtures.input(source.batches().next(), "input_ids").dim(1);
    double expected = 0;
    for (double length : List.of(4.0, 5.0, 6.0)) {
      expected += Math.pow(Math.max(1, length / first), 2) / 3;
    }
    assertThat(source.growth()).isCloseTo(expected, within(1e-12));
  }

  @Test
  void masksTokensForAMaskedModel() throws IOException {
    Files.writeString(text, "w0 w1 w2 w3\n".repeat(100));
    DataSource source = open("encoder", "bert-tokenizer.json", 7, Optional.empty());
    assertThat(source.task()).isEqualTo(Task.MASKED_LM);
    int chosen = 0;
    for (Batch batch : Fixtures.all(source)) {
      long[] labels = batch.labels().orElseThrow().toLongs();
      for (int i = 0; i < labels.length; i++) {
        boolean isFrame = i % 6 == 0 || i % 6 == 5;
        assertThat(labels[i]).isIn(isFrame ? List.of(-100L) : List.of(-100L, i % 6 + 4L));
        chosen += labels[i] == -100 ? 0 : 1;
      }
    }
    // 400 words: 60 expected, standard deviation 7.
    assertThat(chosen).isBetween(25, 95);
  }

  @Test
  void masksASampleTheSameWhateverTheBatchSize() {
    DataSource one = open("encoder", "bert-tokenizer.json", 1, Optional.empty());
    DataSource three = open("encoder", "bert-tokenizer.json", 3, Optional.empty());
    assertThat(tokens(one)).hasSize(3).isEqualTo(tokens(three));
  }

  /** Ids and labels of each sample, without padding, in the order of the text. */
  private static SortedMap<Long, List<Long>> tokens(DataSource source) {
    SortedMap<Long, List<Long>> tokens = new TreeMap<>();
    for (Batch batch : Fixtures.all(source)) {
      long[] ids = Fixtures.input(batch, "input_ids").toLongs();
      long[] labels = batch.labels().orElseThrow().toLongs();
      long[] mask = batch.mask().orElseThrow().toLongs();
      int length = mask.length / batch.samples();
      for (int i = 0; i < mask.length; i++) {
        if (mask[i] != 0) {
          List<Long> own =
              tokens.computeIfAbsent(batch.place(i / length), place -> new ArrayList<>());
          own.addAll(List.of(ids[i], labels[i]));
        }
      }
    }
    return tokens;
  }

  @Test
  void findsTheTokenizerBesideTheText() throws IOException {
    Files.copy(Fixtures.file("gpt-tokenizer.json"), folder.resolve("tokenizer.json"));
    DataSource source = DataSources.open(Fixtures.model("decoder"), Fixtures.request(text, 100, 1));
    assertThat(source.samples()).isEqualTo(1);
  }

  @Test
  void asksForATokenizer() {
    assertThatThrownBy(
            () -> DataSources.open(Fixtures.model("decoder"), Fixtures.request(text, 1, 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void refusesATokenizerOfAnotherModel() {
    assertThatThrownBy(() -> open("past", "gpt-tokenizer.json", 1, Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the model's vocabulary");
  }

  @Test
  void namesTheWordThatAMapDoesNotHave() throws IOException {
    Path map = folder.resolve("map.json");
    Files.writeString(map, "{\"e\": 0, \"4\": 1, \" \": 2, \"\\n\": 3}");
    Files.writeString(text, "e4 4e\ne4 e9! 4\n");
    DataRequest request = new DataRequest(Optional.of(text), Optional.of(map), 100, 1, 3, 1);
    assertThatThrownBy(() -> Fixtures.all(DataSources.open(Fixtures.model("decoder"), request)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("found 'e9!', which is not in it, and no entry for the unknown");
  }

  @Test
  void refusesWhatIsNoTokenizer() {
    assertThatThrownBy(() -> open("decoder", "ids.npz", 1, Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a tokenizer.json, vocab.txt");
  }

  @Test
  void refusesAnEmptyTextAndAnImageModel() throws IOException {
    assertThatThrownBy(() -> open("image", "gpt-tokenizer.json", 1, Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("token ids");
    Files.writeString(text, "\n\n");
    assertThatThrownBy(() -> open("decoder", "gpt-tokenizer.json", 1, Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("0 samples");
  }
}
