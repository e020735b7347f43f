package dev.tailgate.engine;

/** Where a model runs. The provider asked for is used or the run fails; it is never replaced. */
public enum ExecutionProvider {
  /** The processor. */
  CPU,
  /** A GPU by NVIDIA; needs the build for CUDA. */
  CUDA;

  /** Parses the command-line spelling. */
  public static ExecutionProvider parse(String text) {
    return switch (text) {
      case "cpu" -> CPU;
      case "cuda" -> CUDA;
      default -> throw new IllegalArgumentException("Unknown execution provider: " + text);
    };
  }

  /** The command-line spelling. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
