package dev.tailgate.result.gate;

/** Rules that cannot be read; the message says where, what was found and what was expected. */
public final class GateRulesException extends RuntimeException {
  private static final long serialVersionUID = 1;

  GateRulesException(String message) {
    super(message);
  }

  GateRulesException(String message, Throwable cause) {
    super(message, cause);
  }
}
