package dev.tailgate.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Amount;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.Sample;
import dev.tailgate.data.Shard;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSetTest {
  @TempDir Path folder;

  private TextSet open(
      String model, String content, int length, int stride, Optional<Task> task, boolean shuffle)
      throws IOException {
    Path path = Files.writeString(folder.resolve("text.txt"), content);
    OnnxModel loaded = Fixtures.model(model);
    String tokenizer = model.equals("encoder") ? "bert-tokenizer.json" : "gpt-tokenizer.json";
    DataRequest request =
        new DataRequest(
            Optional.of(DataSpec.of(path)),
            Optional.empty(),
            Amount.of(5),
            2,
            length,
            1,
            task,
            Optional.of(shuffle),
            Shard.WHOLE,
            FormatOptions.DEFAULT.with(TextOptions.SET, new TextOptions(stride)),
            DataRequest.Purpose.EVALUATION,
            Optional.empty());
    ModelInputs inputs = ModelInputs.of(loaded.graph(), 2, length);
    return new TextSet(loaded.graph(), inputs, request, path, Fixtures.file(tokenizer));
  }

  private static List<Sample> read(TextSet set, long... indices) {
    List<Sample> samples = new ArrayList<>();
    set.read(indices).forEachRemaining(samples::add);
    return samples;
  }

  private static long[] ids(Sample sample) {
    return sample.inputs().get("input_ids").toLongs();
  }

  /** w0 w1 ... w23 w0 ..., three words a line; word i has id i % 24 + 1 for the decoder. */
  private static String words(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "w" + i % 24 + (i % 3 == 2 ? "\n" : " "))
        .collect(Collectors.joining());
  }

  private static long[] expectedIds(long from, int count) {
    return LongStream.range(from, from + count).map(i -> i % 24 + 1).toArray();
  }

  @Test
  void overlappingWindowsCountEveryTokenOnce() throws IOException {
    TextSet set = open("decoder", words(23), 6, 4, Optional.empty(), true);
    // Windows begin at 0, 4, 8, 12, 16; the one at 20 would not be whole.
    assertThat(set.size()).isEqualTo(5);
    List<Long> counted = new ArrayList<>();
    for (Sample sample : read(set, 0, 1, 2, 3, 4)) {
      long start = sample.index() * 4;
      assertThat(ids(sample)).isEqualTo(expectedIds(start, 6));
      long[] labels = sample.label().orElseThrow().toLongs();
      for (int t = 0; t < 6; t++) {
        if (labels[t] != -100) {
          assertThat(labels[t]).isEqualTo((start + t) % 24 + 1);
          counted.add(start + t);
        }
      }
    }
    assertThat(counted).isEqualTo(LongStream.range(0, 22).boxed().toList());
    assertThat(set.description()).contains("of which the last 4 count");
  }

  @Test
  void readsAnyOrderAsTheFileOrder() throws IOException {
    // 60 000 words are some 230 kB, some 110 places of the index.
    TextSet set = open("decoder", words(60_000), 7, 5, Optional.empty(), true);
    assertThat(set.size()).isEqualTo(1 + (60_000 - 7) / 5);
    Random random = new Random(3);
    long[] indices = LongStream.range(0, 200).map(i -> random.nextInt((int) set.size())).toArray();
    List<Sample> samples = read(set, indices);
    for (int i = 0; i < indices.length; i++) {
      assertThat(samples.get(i).index()).isEqualTo(indices[i]);
      assertThat(ids(samples.get(i))).isEqualTo(expectedIds(indices[i] * 5, 7));
    }
  }

  @Test
  void readsDocumentsInAnyOrder() throws IOException {
    String content =
        IntStream.range(0, 5000)
            .mapToObj(i -> "w" + i % 24 + " w" + i / 24 % 24 + " w" + i / 576 % 24 + "\n")
            .collect(Collectors.joining());
    TextSet set = open("encoder", content, 8, 0, Optional.of(Task.AGREEMENT), true);
    assertThat(set.size()).isEqualTo(5000);
    assertThat(set.length()).isEqualTo(5);
    assertThat(set.hasPadding()).isFalse();
    for (Sample sample : read(set, 4999, 0, 1, 2500, 2499, 2501, 4998)) {
      long i = sample.index();
      assertThat(ids(sample)).containsExactly(2, i % 24 + 5, i / 24 % 24 + 5, i / 576 % 24 + 5, 3);
      assertThat(sample.label()).isEmpty();
    }
  }

  @Test
  void readsNoFurtherThanTheFirstSamplesUnlessShuffled() throws IOException {
    TextSet first = open("decoder", words(600), 6, 0, Optional.empty(), false);
    assertThat(first.size()).isEqualTo(5);
    assertThat(first.description()).contains("(its beginning)");
    assertThat(open("decoder", words(600), 6, 0, Optional.empty(), true).size()).isEqualTo(100);
  }

  @Test
  void refusesAStrideThatSkipsTokensOrMeansNothing() {
    assertThatThrownBy(() -> open("decoder", words(60), 6, 7, Optional.empty(), false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a stride of 1 to 6");
    assertThatThrownBy(() -> open("encoder", words(60), 6, 3, Optional.empty(), false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no stride");
  }

  @Test
  void namesTheLineOfATokenOutsideTheVocabulary() throws IOException {
    Path path = Files.writeString(folder.resolve("text.txt"), "w0 w1\nw2 w9\nw3 w10\n");
    OnnxModel model = Fixtures.model("past");
    ModelInputs inputs = ModelInputs.of(model.graph(), 1, 2);
    DataRequest request = new DataRequest(Optional.of(path), Optional.empty(), 9, 1, 2, 1);
    Path tokenizer = Fixtures.file("gpt-tokenizer.json");
    assertThatThrownBy(() -> new TextSet(model.graph(), inputs, request, path, tokenizer))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("text.txt, line 3,")
        .hasMessageContaining("below 11, the model's vocabulary, found id 11");
  }

  @Test
  void refusesATaskThatNeedsLabels() {
    assertThatThrownBy(
            () -> open("encoder", words(9), 6, 0, Optional.of(Task.CLASSIFICATION), false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("labels for classification");
  }
}
