package dev.tailgate.cli.config;

/** What a {@code tailgate.yaml} holds and must not. */
final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigException(String file, int line, String message) {
    super(file + ", line " + line + ": " + message);
  }

  ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
