package dev.tailgate.onnx.ir;

/**
 * A model that cannot be read, checked, edited or written. The message is one sentence in a fixed
 * order: what was being done, what was expected, what was found, where, and what to do about it.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private ModelException(String message, Throwable cause) {
    super(message, cause);
  }

  private ModelException(String message) {
    super(message);
  }

  /** Starts a message; {@code doing} completes "while ...", for example "reading model.onnx". */
  public static Builder doing(String doing) {
    return new Builder(doing);
  }

  /** Collects the five parts of the sentence; the parts left out are not printed. */
  public static final class Builder {
    private final StringBuilder text = new StringBuilder();

    private Builder(String doing) {
      text.append("Failed ").append(doing);
    }

    /** States what was expected. */
    public Builder expected(String what) {
      text.append(": expected ").append(what);
      return this;
    }

    /** States what was found instead. */
    public Builder found(String what) {
      text.append(", found ").append(Printable.of(what));
      return this;
    }

    /** States the place inside the model or file. */
    public Builder where(String place) {
      text.append(" at ").append(Printable.clean(place));
      return this;
    }

    /** States what the user can do, as a full sentence, and finishes the exception. */
    public ModelException fix(String advice) {
      return new ModelException(text.append(". ").append(advice).toString());
    }

    /** Like {@link #fix(String)} and keeps the cause. */
    public ModelException fix(String advice, Throwable cause) {
      return new ModelException(text.append(". ").append(advice).toString(), cause);
    }
  }
}
