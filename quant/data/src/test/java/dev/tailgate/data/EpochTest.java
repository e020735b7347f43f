package dev.tailgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Epochs of training: the samples of a source in full batches that are drawn. */
class EpochTest {
  private static final int ROWS = 4;

  @TempDir Path folder;

  private static List<long[]> batches(DataSource source) {
    return Fixtures.all(source).stream().map(Batch::places).toList();
  }

  private static String order(DataSource source) {
    return batches(source).stream().map(Arrays::toString).collect(Collectors.joining(" "));
  }

  /** The tokens of each sample by its place, without what fills it up. */
  private static Map<Long, List<Long>> samples(DataSource source) {
    Map<Long, List<Long>> found = new TreeMap<>();
    for (Batch batch : Fixtures.all(source)) {
      long[] ids = Fixtures.input(batch, "input_ids").toLongs();
      int width = ids.length / batch.rows();
      Optional<long[]> mask = batch.mask().map(Tensor::toLongs);
      for (int row = 0; row < batch.samples(); row++) {
        List<Long> tokens = new ArrayList<>();
        for (int i = row * width; i < (row + 1) * width; i++) {
          if (mask.isEmpty() || mask.get()[i] != 0) {
            tokens.add(ids[i]);
          }
        }
        found.put(batch.place(row), tokens);
      }
    }
    return found;
  }

  /** 23 samples: five full batches, and three samples that are left out. */
  private static void isAnEpoch(DataSource source) {
    DataSource epoch = source.epoch(5, ROWS);
    assertThat(batches(epoch)).hasSize(5).allMatch(places -> places.length == ROWS);
    Map<Long, List<Long>> drawn = samples(epoch);
    assertThat(drawn).hasSize(20);
    assertThat(samples(source)).hasSize(23).containsAllEntriesOf(drawn);
    assertThat(order(epoch)).isEqualTo(order(epoch)).isEqualTo(order(source.epoch(5, ROWS)));
    assertThat(order(epoch)).isNotEqualTo(order(source.epoch(6, ROWS)));
    TreeSet<Long> seen = new TreeSet<>();
    for (int seed = 0; seed < 12; seed++) {
      seen.addAll(samples(source.epoch(seed, ROWS)).keySet());
    }
    assertThat(seen).hasSize(23);
    assertThat(batches(source.epoch(5, 32))).isEmpty();
  }

  @Test
  void ofTexts() throws IOException {
    Path text = folder.resolve("text.txt");
    String lines =
        IntStream.range(0, 23)
            .mapToObj(i -> IntStream.rangeClosed(0, i * 5 % 4).mapToObj(w -> "w" + (i + w) % 15))
            .map(words -> words.collect(Collectors.joining(" ")))
            .collect(Collectors.joining("\n"));
    Files.writeString(text, lines);
    DataRequest request =
        new DataRequest(
                Optional.of(text), Optional.of(Fixtures.file("bert-tokenizer.json")), 23, 8, 6, 1)
            .as(Task.AGREEMENT);
    DataSource source = DataSources.open(Fixtures.model("encoder"), request);
    isAnEpoch(source);
    List<Long> widths =
        Fixtures.all(source.epoch(5, ROWS)).stream()
            .map(batch -> Fixtures.input(batch, "input_ids").dim(1))
            .toList();
    assertThat(new TreeSet<>(widths)).as("batches of similar length").hasSizeGreaterThan(1);
  }

  @Test
  void ofArrays() throws IOException {
    Path ids = ReferenceModel.unpack("opt", "heldout.npz", folder);
    OnnxModel model = OnnxModel.load(ReferenceModel.unpack("opt", "vanilla-1.onnx", folder));
    isAnEpoch(
        DataSources.open(model, new DataRequest(Optional.of(ids), Optional.empty(), 23, 8, 16, 1)));
  }

  @Test
  void ofMadeUpInputs() throws IOException {
    isAnEpoch(
        DataSources.open(ReferenceModel.vanilla(folder), DataRequest.synthetic(23, 8, 16, 1)));
  }
}
