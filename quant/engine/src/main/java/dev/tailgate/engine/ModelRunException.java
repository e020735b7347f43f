package dev.tailgate.engine;

/** ONNX Runtime refused to load or run a model. */
public final class ModelRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message says what was being done, what was found, and what to do. */
  public ModelRunException(String message) {
    super(message);
  }

  /** The message says what was being done, what the runtime said, and what to do. */
  public ModelRunException(String message, Throwable cause) {
    super(message, cause);
  }
}
