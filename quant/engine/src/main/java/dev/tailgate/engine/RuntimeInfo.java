package dev.tailgate.engine;

/** What a result says about the runtime that made it. */
public final class RuntimeInfo {
  private RuntimeInfo() {}

  /** ONNX Runtime version, for example {@code 1.29.0}. */
  public static String version() {
    return OrtRuntime.environment().getVersion();
  }
}
