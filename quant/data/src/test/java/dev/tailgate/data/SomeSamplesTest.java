package dev.tailgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.open.DataSources;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Some samples of a source are the same ones in the same batches, however the source is batched.
 */
class SomeSamplesTest {
  private static final int[] BATCH_SIZES = {1, 3, 4, 7, 32};

  @TempDir Path folder;

  private DataRequest texts(int batch) throws IOException {
    Path text = folder.resolve("text.txt");
    String lines =
        IntStream.range(0, 29)
            .mapToObj(i -> IntStream.rangeClosed(0, i * 5 % 4).mapToObj(w -> "w" + (i + w) % 15))
            .map(words -> words.collect(Collectors.joining(" ")))
            .collect(Collectors.joining("\n"));
    Files.writeString(text, lines);
    return new DataRequest(
            Optional.of(text), Optional.of(Fixtures.file("bert-tokenizer.json")), 23, batch, 6, 1)
        .as(Task.AGREEMENT);
  }

  /** The real tokens of each sample by its place. */
  private static Map<Long, List<Double>> samples(DataSource source, String input) {
    Map<Long, List<Double>> found = new TreeMap<>();
    for (Batch batch : Fixtures.all(source)) {
      Tensor ids = Fixtures.input(batch, input);
      Elements.Reader reader = Elements.reader(ids);
      int width = ids.elementCount() / batch.rows();
      Optional<long[]> mask = batch.mask().map(Tensor::toLongs);
      for (int row = 0; row < batch.samples(); row++) {
        List<Double> values = new ArrayList<>();
        for (int i = row * width; i < (row + 1) * width; i++) {
          if (mask.isEmpty() || mask.get()[i] != 0) {
            values.add(reader.get(i));
          }
        }
        found.put(batch.place(row), values);
      }
    }
    return found;
  }

  private static void drawsTheSame(OnnxModel model, Sized data, String input) throws IOException {
    DataSource first = DataSources.open(model, data.at(BATCH_SIZES[0]));
    Map<Long, List<Double>> all = samples(first, input);
    Map<Long, List<Double>> expected = samples(first.some(9, 4), input);
    assertThat(expected).hasSize(9);
    assertThat(all).containsAllEntriesOf(expected);
    for (int size : BATCH_SIZES) {
      Samples samples = new Samples(data.at(size));
      DataSource source = DataSources.open(model, data.at(size));
      DataSource some = samples.openSome(model, source, 9);
      assertThat(samples(some, input)).as("batches of %d", size).isEqualTo(expected);
      assertThat(some.samples()).isEqualTo(9);
      assertThat(batches(some)).isEqualTo(batches(first.some(9, 4)));
      DataSource around = samples.openAround(model, source, 21);
      assertThat(samples(around, input)).containsKey(21L).hasSize(4);
      assertThat(all).containsAllEntriesOf(samples(around, input));
    }
  }

  /** Which samples run together. */
  private static List<String> batches(DataSource source) {
    return Fixtures.all(source).stream().map(b -> Arrays.toString(b.places())).toList();
  }

  private interface Sized {
    DataRequest at(int batch) throws IOException;
  }

  @Test
  void ofTexts() throws IOException {
    drawsTheSame(Fixtures.model("encoder"), this::texts, "input_ids");
  }

  @Test
  void ofArrays() throws IOException {
    Path ids = ReferenceModel.unpack("opt", "heldout.npz", folder);
    drawsTheSame(
        OnnxModel.load(ReferenceModel.unpack("opt", "vanilla-1.onnx", folder)),
        size -> new DataRequest(Optional.of(ids), Optional.empty(), 23, size, 16, 1),
        "input_ids");
  }

  @Test
  void ofMadeUpInputs() throws IOException {
    drawsTheSame(
        ReferenceModel.vanilla(folder),
        size -> DataRequest.synthetic(23, size, 16, 1),
        "input_ids");
  }

  @Test
  void pairsStayTogether() {
    long[] places = SampleOrder.some(40, 2, 9, 3);
    assertThat(places).hasSize(8).isSorted();
    for (int i = 0; i < places.length; i += 2) {
      assertThat(places[i] % 2).isZero();
      assertThat(places[i + 1]).isEqualTo(places[i] + 1);
    }
    assertThat(SampleOrder.some(40, 2, 1, 3)).hasSize(2);
    assertThat(SampleOrder.some(6, 2, 99, 3)).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void theTypicalBatchIsOfMiddlingLength() throws IOException {
    DataSource source = DataSources.open(Fixtures.model("encoder"), texts(4));
    List<Long> lengths = new ArrayList<>();
    for (Batch batch : Fixtures.all(source)) {
      long length = Fixtures.input(batch, "input_ids").dim(1);
      lengths.addAll(Collections.nCopies(batch.samples(), length));
    }
    Collections.sort(lengths);
    assertThat(Fixtures.input(source.typical(), "input_ids").dim(1))
        .isEqualTo(lengths.get(lengths.size() / 2));
  }
}
