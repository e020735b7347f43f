package dev.tailgate.engine;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import dev.tailgate.file.CacheFolder;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;

/**
 * Keeps ONNX Runtime from collecting usage data and sending it. Since 1.29 its builds for Linux and
 * macOS do, unless the environment variable {@value #VARIABLE} is there when the environment is
 * created: until then they have read the command line, kept an identifier of the device in {@code
 * ~/.cache/Microsoft} and begun a queue of events beside it, and {@code setTelemetry(false)} stops
 * only what comes later.
 *
 * <p>Java cannot set a variable of its own process, so that the C library is asked to. It does so
 * once, before the native libraries are loaded. What the user has set stays as it is.
 */
final class UsageData {
  static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

  private static final String UNPACKED = "jna.boot.library.path";

  private UsageData() {}

  /** Switches it off where nobody has decided; where that cannot be done, nothing happens. */
  static void refuse() {
    if (System.getenv(VARIABLE) != null || Platform.isWindows()) {
      // On Windows it is a matter of tracing by the system, and setTelemetry is in time.
      return;
    }
    try {
      unpack();
      Object[] unlessSet = {VARIABLE, "1", 0};
      NativeLibrary.getProcess().getFunction("setenv").invokeInt(unlessSet);
    } catch (LinkageError e) {
      // No native code here: ONNX Runtime will say so itself.
    }
  }

  /** Left alone, JNA unpacks its library at every start into a folder of its own. */
  private static void unpack() {
    String name = System.mapLibraryName("jnidispatch").replace(".dylib", ".jnilib");
    URL packed =
        Platform.class.getResource("/com/sun/jna/" + Platform.RESOURCE_PREFIX + "/" + name);
    if (packed == null || System.getProperty(UNPACKED) != null) {
      return;
    }
    try {
      Path folder =
          CacheFolder.path()
              .resolve(
                  "jna-"
                      + NativeLibraries.stamp(packed, Platform.class)
                      + "-"
                      + Platform.RESOURCE_PREFIX);
      CacheFolder.unpack(packed, folder.resolve(name));
      System.setProperty(UNPACKED, folder.toString());
    } catch (IOException e) {
      // Without a cache its own way still works.
    }
  }
}
