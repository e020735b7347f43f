package dev.tailgate.run.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewrittenModelsTest {
  @TempDir private Path folder;

  @Test
  void theFolderGoesWithItsModels() throws IOException {
    try (RewrittenModels models = RewrittenModels.beside(folder.resolve("out"))) {
      Path model = Files.writeString(models.model("softmax_n:n=1"), "model");
      assertThat(model.getFileName()).hasToString("softmax_n_n_1.onnx");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatAKilledProcessLeftGoesAndWhatIsInUseStays() throws IOException {
    Path left = Files.createDirectory(folder.resolve(".tailgate-compare123"));
    Files.writeString(left.resolve("lock"), "");
    Files.writeString(left.resolve("outeffhop.onnx"), "model");
    Files.createDirectory(folder.resolve(".tailgate-compare-notes"));
    try (RewrittenModels living = RewrittenModels.beside(folder.resolve("out"))) {
      Path model = Files.writeString(living.model("outeffhop"), "model");
      assertThat(left).doesNotExist();
      try (RewrittenModels next = RewrittenModels.beside(folder.resolve("out"))) {
        assertThat(next.model("outeffhop")).isNotEqualTo(model).doesNotExist();
        assertThat(model).exists();
      }
    }
    assertThat(folder.toFile().list()).containsExactly(".tailgate-compare-notes");
  }
}
