package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.cache.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProfileFolderTest {
  @Test
  void whatAKilledProcessLeftIsRemovedAndWhatALivingOneUsesIsNot() throws IOException {
    Path cache = Files.createDirectories(CacheFolder.path());
    // Beyond the largest number a process can have on Linux.
    Path stale = Files.createTempDirectory(cache, "profile-99999999999-");
    Files.writeString(stale.resolve("run_1.json"), "[]");
    try (ProfileFolder living = ProfileFolder.open();
        ProfileFolder other = ProfileFolder.open()) {
      assertThat(stale).doesNotExist();
      assertThat(living.prefix().getParent()).isDirectory();
      assertThat(other.prefix()).isNotEqualTo(living.prefix());
    }
  }
}
