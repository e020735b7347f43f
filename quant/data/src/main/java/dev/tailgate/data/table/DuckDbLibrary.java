package dev.tailgate.data.table;

import dev.tailgate.file.CacheFolder;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Driver;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loads DuckDB's driver with its native library in the cache folder. The driver would unpack the 70
 * MB library into the temporary folder at every start, if it found it on the class path; its
 * classes are therefore loaded by a loader that hides it there, and knows it as the library {@code
 * duckdb_java} that the driver asks for next. All of it goes through {@link java.sql}.
 */
final class DuckDbLibrary {
  private static final String DRIVER = "org.duckdb.DuckDBDriver";
  private static final String PREFIX = "libduckdb_java";

  private DuckDbLibrary() {}

  /** The driver, loaded when first asked for. */
  static Driver driver() {
    return Loaded.DRIVER;
  }

  private static final class Loaded {
    static final Driver DRIVER = load();
  }

  private static Driver load() {
    try {
      return Class.forName(DRIVER, true, loader())
          .asSubclass(Driver.class)
          .getConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | IOException e) {
      throw new LinkageError("DuckDB is not on the class path", e);
    }
  }

  private static ClassLoader loader() throws IOException {
    ClassLoader own = DuckDbLibrary.class.getClassLoader();
    URL driver = own.getResource(DRIVER.replace('.', '/') + ".class");
    if (driver == null || !(driver.openConnection() instanceof JarURLConnection jar)) {
      return own;
    }
    Optional<Path> library = unpack(own);
    return library.isEmpty()
        ? own
        : new Loader(jar.getJarFileURL(), library.get(), ClassLoader.getPlatformClassLoader());
  }

  /** The library in the cache; empty where that cannot be written and the driver's way must do. */
  private static Optional<Path> unpack(ClassLoader own) {
    URL packed = own.getResource(name());
    if (packed == null) {
      return Optional.empty();
    }
    try {
      // The size tells versions apart.
      String size = Long.toHexString(packed.openConnection().getContentLengthLong());
      Path target =
          CacheFolder.path()
              .resolve("duckdb-" + size)
              .resolve(System.mapLibraryName("duckdb_java"));
      CacheFolder.unpack(packed, target);
      return Optional.of(target.toAbsolutePath());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String name() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String system = os.startsWith("windows") ? "windows" : os.startsWith("mac") ? "macos" : "linux";
    String cpu = arch.equals("aarch64") || arch.equals("arm64") ? "arm64" : "amd64";
    return PREFIX + ".so_" + system + "_" + cpu;
  }

  /** Sees the driver's classes, not the packed library. */
  private static final class Loader extends URLClassLoader {
    private final Path library;

    Loader(URL jar, Path library, ClassLoader parent) {
      super("duckdb", new URL[] {jar}, parent);
      this.library = library;
    }

    @Override
    public @Nullable URL findResource(String name) {
      return name.startsWith(PREFIX) ? null : super.findResource(name);
    }

    @Override
    protected @Nullable String findLibrary(String name) {
      return name.equals("duckdb_java") ? library.toString() : super.findLibrary(name);
    }
  }
}
