package dev.tailgate.engine;

/** The environment lacks what was asked for, for example CUDA; not a fault of the model or data. */
public final class RuntimeUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message says what was asked for, what was found, and what to do. */
  public RuntimeUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
