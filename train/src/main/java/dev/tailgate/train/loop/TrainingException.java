package dev.tailgate.train.loop;

/** A training that cannot begin or go on. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message says what was being done, expected and found, and what to do. */
  public TrainingException(String message) {
    super(message);
  }
}
