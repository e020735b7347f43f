package dev.tailgate.engine;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import dev.tailgate.file.CacheFolder;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;

/** Functions of the C library that Java has no call for, through JNA; none on Windows. */
final class CLibrary {
  private static final String UNPACKED = "jna.boot.library.path";

  private CLibrary() {}

  /** Calls {@code function} and gives whether it could be called and returned zero. */
  static boolean call(String function, Object... arguments) {
    if (Platform.isWindows()) {
      return false;
    }
    try {
      unpack();
      return NativeLibrary.getProcess().getFunction(function).invokeInt(arguments) == 0;
    } catch (LinkageError e) {
      return false;
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
