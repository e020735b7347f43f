package dev.tailgate.engine.tensor;

import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.Printable;

/**
 * Data that cannot be read, or that does not fit the model. The message is one sentence in a fixed
 * order: what was being done, what was expected, what was found, where, and what to do about it.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private DataException(String message) {
    super(message);
  }

  private DataException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same message about a data file that the graph layer read. */
  public static DataException wrap(ModelException cause) {
    return new DataException(String.valueOf(cause.getMessage()), cause);
  }

  /** Starts a message; {@code doing} completes "Failed ...", for example "reading data.npz". */
  public static Builder doing(String doing) {
    return new Builder(doing);
  }

  /** Collects the five parts of the sentence; the parts left out are not printed. */
  public static final class Builder {
    private final StringBuilder text = new StringBuilder("Failed ");

    private Builder(String doing) {
      text.append(Printable.of(doing));
    }

    /** States what was expected. */
    public Builder expected(String what) {
      text.append(": expected ").append(Printable.of(what));
      return this;
    }

    /** States what was found instead. */
    public Builder found(String what) {
      text.append(", found ").append(Printable.of(what));
      return this;
    }

    /** States the place inside the data. */
    public Builder where(String place) {
      text.append(" at ").append(Printable.of(place));
      return this;
    }

    /** States what the user can do, as a full sentence, and finishes the exception. */
    public DataException fix(String advice) {
      return new DataException(text.append(". ").append(advice).toString());
    }

    /** Like {@link #fix(String)} and keeps the cause. */
    public DataException fix(String advice, Throwable cause) {
      return new DataException(text.append(". ").append(advice).toString(), cause);
    }
  }
}
