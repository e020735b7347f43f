package dev.tailgate.engine;

/** ONNX Runtime refused to load or run a model. */
public final class ModelRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message says what was being done, what was found, and what to do. */
  public ModelRunException(String message) {
    super(message);
  }

  /** What the runtime itself said, in one line; the message where it said nothing. */
  public String reason() {
    Throwable cause = getCause();
    return cause == null ? String.valueOf(getMessage()) : RuntimeReason.of(cause);
  }

  /** The message says what was being done, what the runtime said, and what to do. */
  public ModelRunException(String message, Throwable cause) {
    super(message, cause);
  }
}
