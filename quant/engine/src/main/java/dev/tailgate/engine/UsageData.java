package dev.tailgate.engine;

/**
 * Keeps ONNX Runtime from collecting usage data and sending it. Since 1.29 its builds for Linux and
 * macOS do, unless the environment variable {@value #VARIABLE} is there when the environment is
 * created: until then they have read the command line, kept an identifier of the device in {@code
 * ~/.cache/Microsoft} and begun a queue of events beside it, and {@code setTelemetry(false)} stops
 * only what comes later. On Windows it is a matter of tracing by the system, and that call is in
 * time.
 *
 * <p>Java cannot set a variable of its own process, so that the C library is asked to. It does so
 * once, before the native libraries are loaded. What the user has set stays as it is.
 */
final class UsageData {
  static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

  private static final int UNLESS_SET = 0;

  private UsageData() {}

  /** Switches it off where nobody has decided; where that cannot be done, nothing happens. */
  static boolean refuse() {
    return System.getenv(VARIABLE) != null || CLibrary.call("setenv", VARIABLE, "1", UNLESS_SET);
  }
}
