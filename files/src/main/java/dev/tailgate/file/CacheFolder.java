package dev.tailgate.file;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code $XDG_CACHE_HOME/tailgate}, or {@code ~/.cache/tailgate}. Native libraries are unpacked
 * here once; libraries left to themselves unpack at every start into the temporary folder, where a
 * killed process leaves them. What commands work on is here too, in {@link WorkFolder}s.
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
    try {
      Publication.write(
          target,
          out -> {
            try (InputStream in = resource.openStream()) {
              in.transferTo(out);
            }
          });
    } catch (IOException e) {
      // Where files in use cannot be replaced, another process was faster.
      if (!Files.exists(target)) {
        throw e;
      }
    }
  }
}
