package dev.tailgate.data.open;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Amount;
import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Shard;
import dev.tailgate.data.SignatureModel;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images and series as a user names them, up to the batches that a model gets. */
class ImagesAndSeriesTest {
  private static final OnnxModel CLASSIFIER =
      new SignatureModel()
          .input("pixels", ElementType.FLOAT, "n", 3, 14, 14)
          .output("logits", "n", 2)
          .load();

  private static final OnnxModel FORECASTER =
      new SignatureModel().input("x", ElementType.FLOAT, "n", 6, 3).output("y", "n", 3, 3).load();

  @TempDir Path folder;

  @Test
  void foldersBecomeBatchesWithClassIds() {
    DataSource source = DataSources.open(CLASSIFIER, request(resource("image/classes"), 10));
    List<Batch> batches = all(source);
    assertThat(source.task()).isEqualTo(Task.CLASSIFICATION);
    assertThat(source.description()).endsWith("4 of 4 samples");
    assertThat(batches).extracting(Batch::samples).containsExactly(3, 1);
    assertThat(batches.get(0).inputs().get("pixels").shape()).containsExactly(3, 3, 14, 14);
    List<Long> labels = new ArrayList<>();
    for (Batch batch : batches) {
      assertThat(batch.labels().orElseThrow().rank()).isEqualTo(1);
      for (long label : batch.labels().orElseThrow().toLongs()) {
        labels.add(label);
      }
    }
    assertThat(labels).containsExactlyInAnyOrder(0L, 0L, 1L, 1L);
  }

  @Test
  void picturesOfCifarFilesAreDrawn() throws IOException {
    byte[] records = new byte[4 * 3073];
    for (int i = 0; i < 4; i++) {
      records[i * 3073] = (byte) i;
    }
    Path file = Files.write(folder.resolve("test_batch.bin"), records);
    DataSource source = DataSources.open(CLASSIFIER, request(file, 3));
    assertThat(source.description()).endsWith("3 of 4 samples, drawn by seed 1");
    long[] labels = all(source).get(0).labels().orElseThrow().toLongs();
    assertThat(labels).hasSize(3).doesNotHaveDuplicates();
    assertThat(java.util.Arrays.stream(labels)).allMatch(l -> l >= 0 && l < 4);
  }

  @Test
  void seriesBecomeWindowsWithForecasts() {
    DataSource source = DataSources.open(FORECASTER, request(resource("series/waves.csv"), 100));
    Batch first = all(source).get(0);
    assertThat(source.task()).isEqualTo(Task.REGRESSION);
    assertThat(source.samples()).isEqualTo(14);
    assertThat(first.inputs().get("x").shape()).containsExactly(3, 6, 3);
    assertThat(first.labels().orElseThrow().shape()).containsExactly(3, 3, 3);
  }

  @Test
  void queriesAreSeriesUnlessAColumnHoldsTheWindows() {
    Path file = resource("series/waves.csv");
    DataSource series = open(String.format(Locale.ROOT, "SELECT * FROM '%s'", file));
    assertThat(series.description()).startsWith("the query SELECT").contains("windows of 6");
    DataSource rows =
        open(
            String.format(
                Locale.ROOT,
                "SELECT [[1, 2, 3] for i in range(6)] AS x, 1 AS label FROM '%s'",
                file));
    assertThat(rows.description()).contains("columns x");
  }

  private static DataSource open(String sql) {
    DataRequest request = request(Path.of("x"), 10);
    return DataSources.open(
        FORECASTER,
        request.on(
            Optional.of(DataSpec.parse(sql)),
            Amount.of(10),
            0,
            Shard.WHOLE,
            DataRequest.Purpose.EVALUATION));
  }

  @Test
  void rangesAreCalibratedOnAnotherPartOfTheSeries() {
    Samples samples = new Samples(request(resource("series/waves.csv"), 100));
    assertThat(samples.open(FORECASTER).description()).contains("in the test part");
    assertThat(samples.openCalibration(FORECASTER, 100).description()).contains("in the val part");
  }

  @Test
  void foldersOfOtherFilesAreRefused() throws IOException {
    Files.writeString(folder.resolve("notes.md"), "x");
    assertThatThrownBy(() -> DataSources.open(CLASSIFIER, request(folder, 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a folder with neither images nor");
  }

  private static DataRequest request(Path data, int samples) {
    return new DataRequest(Optional.of(data), Optional.empty(), samples, 3, 8, 1);
  }

  private static Path resource(String name) {
    try {
      String path = "/dev/tailgate/data/" + name;
      return Path.of(
          Objects.requireNonNull(ImagesAndSeriesTest.class.getResource(path), path).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Batch> all(DataSource source) {
    List<Batch> batches = new ArrayList<>();
    source.batches().forEachRemaining(batches::add);
    return batches;
  }
}
