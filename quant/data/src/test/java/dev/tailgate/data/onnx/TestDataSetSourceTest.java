package dev.tailgate.data.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.Task;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestDataSetSourceTest {
  @TempDir Path folder;

  private static DataSource open(String model, Path data, int samples) {
    return DataSources.open(Fixtures.model(model), Fixtures.request(data, samples, 1));
  }

  @Test
  void readsEachDataSetAsOneBatch() {
    List<Batch> batches = Fixtures.all(open("decoder", Fixtures.file("sets"), 100));
    assertThat(batches).extracting(Batch::samples).containsExactly(2, 3);
    assertThat(batches).extracting(Batch::firstPlace).containsExactly(0L, 2L);
    assertThat(Fixtures.input(batches.get(1), "input_ids").toLongs())
        .startsWith(2, 3, 4, 5)
        .endsWith(29);
  }

  @Test
  void readsASingleDataSet() {
    DataSource source = open("decoder", Fixtures.file("sets").resolve("test_data_set_1"), 100);
    assertThat(source.samples()).isEqualTo(3);
    assertThat(source.task()).isEqualTo(Task.AGREEMENT);
  }

  @Test
  void stopsAtTheSamplesAskedFor() {
    assertThat(Fixtures.all(open("decoder", Fixtures.file("sets"), 2))).hasSize(1);
  }

  @Test
  void refusesDataOfAnotherModel() {
    assertThatThrownBy(() -> open("encoder", Fixtures.file("sets"), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3 files");
    assertThatThrownBy(() -> open("image", Fixtures.file("sets"), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("pixel_values");
  }

  @Test
  void refusesDamagedFiles() throws IOException {
    Path input = folder.resolve("input_0.pb");
    Files.write(input, new byte[0]);
    assertThatThrownBy(() -> open("decoder", folder, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("0 bytes");
    Files.write(input, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> open("decoder", folder, 1)).isInstanceOf(DataException.class);
  }

  @Test
  void refusesAFolderWithoutData() {
    assertThatThrownBy(() -> open("decoder", folder, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("test_data_set_0");
  }
}
