package dev.tailgate.onnx.ir;

/** One dimension of a declared shape. */
public sealed interface Dim {
  /** A fixed size, at least 0. */
  record Known(long size) implements Dim {
    @Override
    public String toString() {
      return Long.toString(size);
    }
  }

  /** A named size, equal wherever the name appears in one run. */
  record Symbolic(String name) implements Dim {
    @Override
    public String toString() {
      return Printable.of(name);
    }
  }

  /** A size the model does not state. */
  record Unknown() implements Dim {
    @Override
    public String toString() {
      return "?";
    }
  }

  /** The fixed size, or -1 where the size is symbolic or unknown. */
  default long sizeOrMinusOne() {
    return this instanceof Known known ? known.size() : -1;
  }
}
