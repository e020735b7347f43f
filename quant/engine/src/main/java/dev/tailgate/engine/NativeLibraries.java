package dev.tailgate.engine;

import ai.onnxruntime.OrtEnvironment;
import dev.tailgate.file.CacheFolder;
import java.io.IOException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Unpacks the native libraries of ONNX Runtime once into a cache folder. Left alone, ONNX Runtime
 * unpacks them into the temporary folder at every start, and a killed process leaves them there.
 */
final class NativeLibraries {
  private static final String PROPERTY = "onnxruntime.native.path";
  private static final String[] NAMES = {
    "onnxruntime", "onnxruntime4j_jni", "onnxruntime_providers_shared", "onnxruntime_providers_cuda"
  };

  private NativeLibraries() {}

  /** Points ONNX Runtime at the cache; when the cache cannot be written its own way still works. */
  static void prepare() {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    String platform = platform();
    URL probe =
        OrtEnvironment.class.getResource(
            "/ai/onnxruntime/native/" + platform + "/" + System.mapLibraryName(NAMES[1]));
    if (probe == null) {
      return;
    }
    try {
      Path folder =
          CacheFolder.path()
              .resolve("onnxruntime-" + stamp(probe, OrtEnvironment.class) + "-" + platform);
      Files.createDirectories(folder);
      for (String name : NAMES) {
        unpack(platform, System.mapLibraryName(name), folder);
      }
      System.setProperty(PROPERTY, folder.toString());
    } catch (IOException e) {
      // Not fatal: without the property ONNX Runtime unpacks for itself.
    }
  }

  /** The folders ONNX Runtime makes in the temporary folder at start-up and then leaves behind. */
  static Set<Path> startUpFolders() {
    Set<Path> folders = new HashSet<>();
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary, "onnxruntime-java*")) {
      found.forEach(folders::add);
    } catch (IOException e) {
      // Nothing that can be listed, nothing to tidy.
    }
    return folders;
  }

  /** Removes start-up folders that are not among {@code before}, when empty. */
  static void tidy(Set<Path> before) {
    for (Path folder : startUpFolders()) {
      if (!before.contains(folder)) {
        try {
          Files.delete(folder);
        } catch (IOException e) {
          // Not empty: ONNX Runtime unpacked for itself, or the folder is another process's.
        }
      }
    }
  }

  private static void unpack(String platform, String file, Path folder) throws IOException {
    URL packed =
        OrtEnvironment.class.getResource("/ai/onnxruntime/native/" + platform + "/" + file);
    if (packed != null) {
      CacheFolder.unpack(packed, folder.resolve(file));
    }
  }

  /** Size of the library tells builds of the same version apart, for example CPU and CUDA ones. */
  static String stamp(URL library, Class<?> owner) throws IOException {
    String version = owner.getPackage().getImplementationVersion();
    long size = library.openConnection().getContentLengthLong();
    return (version == null ? "unversioned" : version) + "-" + Long.toHexString(size);
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String system = os.contains("win") ? "win" : os.contains("mac") ? "osx" : "linux";
    String cpu = arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch;
    return system + "-" + cpu;
  }
}
