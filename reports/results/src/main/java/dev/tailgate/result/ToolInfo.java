package dev.tailgate.result;

/**
 * The program that wrote a result.
 *
 * @param name program name, {@code tailgate}
 * @param version its version as released, for example {@code 0.1.0}
 */
public record ToolInfo(String name, String version) {
  /** Refuses what cannot be. */
  public ToolInfo {
    Require.text("tool.name", name);
    Require.text("tool.version", version);
  }
}
