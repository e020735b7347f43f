package dev.tailgate.result.json;

/** A file that was to be a run result is not one; the message says what was expected and found. */
public final class ResultFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ResultFormatException(String message) {
    super(message);
  }

  ResultFormatException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same about a named file. */
  public ResultFormatException in(String file) {
    return new ResultFormatException(file + ": " + getMessage(), this);
  }
}
