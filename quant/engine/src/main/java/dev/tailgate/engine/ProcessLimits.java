package dev.tailgate.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Bounds that the system holds this process to, for one that does untrusted work and may die. */
public final class ProcessLimits {
  private static final int CORE_FILE = 4;
  private static final int ADDRESS_SPACE_ON_LINUX = 9;
  private static final Path SIZE = Path.of("/proc/self/statm");
  private static final long PAGE = 4096;

  private ProcessLimits() {}

  /**
   * From here on the process takes at most {@code bytes} more of address space, on Linux, and
   * leaves no core file when it dies. Native code that asks for more is refused memory, and mostly
   * ends the process.
   *
   * @return whether memory is bounded now
   */
  public static boolean confine(long bytes) {
    CLibrary.call("setrlimit", CORE_FILE, new long[] {0, 0});
    if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
      return false;
    }
    try {
      String size = Files.readString(SIZE, StandardCharsets.US_ASCII).split(" ", 2)[0];
      // Pages may be larger than that, which makes the bound lower than asked for, never higher.
      long most = Long.parseLong(size) * PAGE + bytes;
      return CLibrary.call("setrlimit", ADDRESS_SPACE_ON_LINUX, new long[] {most, most});
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }
}
