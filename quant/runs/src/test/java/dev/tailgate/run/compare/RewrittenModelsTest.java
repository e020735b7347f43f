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
    Path model;
    try (RewrittenModels models = RewrittenModels.near(folder.resolve("out"));
        RewrittenModels others = RewrittenModels.near(folder.resolve("out"))) {
      model = Files.writeString(models.model("softmax_n:n=1"), "model");
      assertThat(model.getFileName()).hasToString("softmax_n_n_1.onnx");
      assertThat(others.model("softmax_n:n=1")).isNotEqualTo(model).doesNotExist();
    }
    assertThat(model.getParent()).doesNotExist();
    assertThat(folder).isEmptyDirectory();
  }
}
