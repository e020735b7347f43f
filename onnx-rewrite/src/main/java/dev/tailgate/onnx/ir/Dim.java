package dev.tailgate.onnx.ir;

import java.util.Arrays;
import java.util.List;

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

  /** A fixed size. */
  static Dim of(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("A dimension of " + size);
    }
    return new Known(size);
  }

  /** A named size. */
  static Dim of(String name) {
    return new Symbolic(name);
  }

  /** Fixed sizes. */
  static List<Dim> sizes(long... sizes) {
    return Arrays.stream(sizes).mapToObj(Dim::of).toList();
  }

  /** The fixed size, or -1 where the size is symbolic or unknown. */
  default long sizeOrMinusOne() {
    return this instanceof Known known ? known.size() : -1;
  }
}
