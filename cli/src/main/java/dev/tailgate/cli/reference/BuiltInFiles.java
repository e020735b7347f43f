package dev.tailgate.cli.reference;

import dev.tailgate.file.Publication;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files that travel inside a jar. Weights are read from the file a model lies in, so models are
 * unpacked once, into a folder of the cache named after their content.
 */
final class BuiltInFiles {
  private static final String RESOURCES = "/dev/tailgate/testdata/";

  private BuiltInFiles() {}

  /**
   * Unpacks {@code files} of the resource folder {@code set} below {@code cache}, or below {@code
   * fallback} where that cannot be written.
   *
   * @return the folder that holds them
   */
  static Path unpack(String set, List<String> files, Path cache, Path fallback) {
    Map<String, byte[]> contents = contents(set, files);
    String folder = set + "-" + hash(contents).substring(0, 8);
    try {
      return in(cache.resolve(folder), contents);
    } catch (IOException unwritable) {
      try {
        return in(fallback.resolve(folder), contents);
      } catch (IOException e) {
        e.addSuppressed(unwritable);
        throw new UncheckedIOException(
            "Failed unpacking the built-in models into " + cache + " or " + fallback, e);
      }
    }
  }

  private static Path in(Path folder, Map<String, byte[]> contents) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> entry : contents.entrySet()) {
      place(entry.getValue(), folder.resolve(entry.getKey()));
    }
    return folder;
  }

  /** Leaves a file with these bytes alone and replaces any other in one step. */
  private static void place(byte[] bytes, Path target) throws IOException {
    if (Files.isRegularFile(target) && Arrays.equals(Files.readAllBytes(target), bytes)) {
      return;
    }
    Publication.write(target, out -> out.write(bytes));
  }

  private static Map<String, byte[]> contents(String set, List<String> files) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (String file : files) {
      String resource = RESOURCES + set + "/" + file;
      try (InputStream in = BuiltInFiles.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IllegalStateException("Tailgate was built without " + resource);
        }
        contents.put(file, in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException("Failed reading the built-in " + file, e);
      }
    }
    return contents;
  }

  private static String hash(Map<String, byte[]> contents) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      contents.values().forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
