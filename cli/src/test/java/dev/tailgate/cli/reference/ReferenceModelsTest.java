package dev.tailgate.cli.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceModelsTest {
  @TempDir private Path folder;

  @Test
  void unpacksOnceIntoAFolderNamedAfterTheContent() throws IOException {
    ReferenceModels first = ReferenceModels.unpack(folder, folder.resolve("unused"));
    assertThat(first.vanilla().getParent().getFileName().toString())
        .matches("reference-[0-9a-f]{8}");
    var before = Files.getLastModifiedTime(first.vanilla());
    assertThat(ReferenceModels.unpack(folder, folder.resolve("unused"))).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(first.vanilla())).isEqualTo(before);
    try (Stream<Path> files = Files.list(first.vanilla().getParent())) {
      assertThat(files).hasSize(4);
    }
  }

  @Test
  void replacesADamagedFile() throws IOException {
    ReferenceModels models = ReferenceModels.unpack(folder, folder);
    byte[] sound = Files.readAllBytes(models.heldOut());
    Files.write(models.heldOut(), new byte[] {1, 2, 3});
    ReferenceModels.unpack(folder, folder);
    assertThat(Files.readAllBytes(models.heldOut())).isEqualTo(sound);
  }

  @Test
  void fallsBackWhereTheCacheCannotBeWritten() throws IOException {
    // A file in place of the folder refuses even a user whom permissions do not stop.
    Path blocked = Files.createFile(folder.resolve("cache"));
    ReferenceModels models = ReferenceModels.unpack(blocked, folder.resolve("out"));
    assertThat(models.vanilla()).exists().startsWith(folder.resolve("out"));
  }
}
