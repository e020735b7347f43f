package dev.tailgate.cli.reference;

import dev.tailgate.quant.cache.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The reference models as files. They travel inside a jar, but weights are read from the file a
 * model lies in, so they are unpacked once into a cache folder named after their content.
 *
 * @param vanilla a decoder with softmax attention
 * @param softmax1 the same recipe with Softmax1
 * @param heldOut sequences neither was trained on
 * @param calibration further sequences, for activation ranges
 */
public record ReferenceModels(Path vanilla, Path softmax1, Path heldOut, Path calibration) {
  private static final String RESOURCES = "/dev/tailgate/testdata/reference/";
  private static final String[] FILES = {
    "vanilla.onnx", "softmax1.onnx", "heldout.npz", "calibration.npz"
  };

  /** Unpacks into the user's cache, or below {@code fallback} where that cannot be written. */
  public static ReferenceModels unpack(Path fallback) {
    return unpack(CacheFolder.path(), fallback);
  }

  static ReferenceModels unpack(Path cache, Path fallback) {
    Map<String, byte[]> contents = contents();
    String folder = "reference-" + hash(contents).substring(0, 8);
    try {
      return in(cache.resolve(folder), contents);
    } catch (IOException unwritable) {
      try {
        return in(fallback.resolve(folder), contents);
      } catch (IOException e) {
        e.addSuppressed(unwritable);
        throw new UncheckedIOException(
            "Failed unpacking the reference models into " + cache + " or " + fallback, e);
      }
    }
  }

  private static ReferenceModels in(Path folder, Map<String, byte[]> contents) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> entry : contents.entrySet()) {
      place(entry.getValue(), folder.resolve(entry.getKey()));
    }
    return new ReferenceModels(
        folder.resolve(FILES[0]),
        folder.resolve(FILES[1]),
        folder.resolve(FILES[2]),
        folder.resolve(FILES[3]));
  }

  /** Leaves a file with these bytes alone and replaces any other in one step. */
  private static void place(byte[] bytes, Path target) throws IOException {
    if (Files.isRegularFile(target) && Arrays.equals(Files.readAllBytes(target), bytes)) {
      return;
    }
    Path beside = Files.createTempFile(target.getParent(), "unpacking-", ".tmp");
    // An interrupt between here and the rename must not leave the file behind.
    beside.toFile().deleteOnExit();
    try {
      Files.write(beside, bytes);
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static Map<String, byte[]> contents() {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (String file : FILES) {
      try (InputStream in = ReferenceModels.class.getResourceAsStream(RESOURCES + file)) {
        if (in == null) {
          throw new IllegalStateException("Tailgate was built without " + RESOURCES + file);
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
