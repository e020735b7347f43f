package dev.tailgate.engine.cache;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * {@code $XDG_CACHE_HOME/tailgate}, or {@code ~/.cache/tailgate}. Native libraries are unpacked
 * here once; libraries left to themselves unpack at every start into the temporary folder, where a
 * killed process leaves them.
 */
public final class CacheFolder {
  private CacheFolder() {}

  /** The folder, which need not exist yet. */
  public static Path path() {
    String xdg = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path base =
        xdg.isBlank() ? Path.of(System.getProperty("user.home", "."), ".cache") : Path.of(xdg);
    return base.resolve("tailgate");
  }

  /**
   * Copies {@code resource} to {@code target}, unless that exists. The file appears whole or not at
   * all, also when several processes begin at once.
   */
  public static void unpack(URL resource, Path target) throws IOException {
    if (Files.exists(target)) {
      return;
    }
    Path folder = target.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path partial = Files.createTempFile(folder, target.getFileName().toString(), ".partial");
    try (InputStream in = resource.openStream()) {
      Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException e) {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      Files.deleteIfExists(partial);
      throw e;
    }
  }
}
