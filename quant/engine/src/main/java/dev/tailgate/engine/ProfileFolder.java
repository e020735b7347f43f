package dev.tailgate.engine;

import dev.tailgate.engine.cache.CacheFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for the profile that ONNX Runtime writes. It lies in the user's cache, named by process,
 * so that what a killed process left behind is found and removed by the next one; the temporary
 * folder is used only where there is no cache.
 */
final class ProfileFolder implements AutoCloseable {
  private static final String NAME = "profile-";

  private final Path folder;

  private ProfileFolder(Path folder) {
    this.folder = folder;
  }

  static ProfileFolder open() throws IOException {
    try {
      Path cache = Files.createDirectories(CacheFolder.path());
      removeStale(cache);
      long process = ProcessHandle.current().pid();
      return new ProfileFolder(Files.createTempDirectory(cache, NAME + process + "-"));
    } catch (IOException e) {
      return new ProfileFolder(Files.createTempDirectory("tailgate-profile"));
    }
  }

  private static void removeStale(Path cache) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(cache, NAME + "*-*")) {
      for (Path path : found) {
        String[] parts = String.valueOf(path.getFileName()).split("-", -1);
        boolean isOurs = parts.length > 2 && parts[1].matches("\\d{1,18}");
        if (isOurs && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty()) {
          delete(path);
        }
      }
    }
  }

  /** A path that the runtime makes file names from. */
  Path prefix() {
    return folder.resolve("run");
  }

  @Override
  public void close() {
    delete(folder);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      for (Path file : all) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // A leftover is no reason to lose the result; the next process tries again.
    }
  }
}
