package dev.tailgate.model;

import dev.tailgate.onnx.ir.ModelException;

/** What the sizes of an architecture keep: each check passes or refuses. */
final class Sizes {
  private Sizes() {}

  static Sizes check() {
    return new Sizes();
  }

  /** A number of things, of which there is one at least. */
  Sizes some(String field, int count) {
    if (count < 1) {
      throw refused(field + " of 1 or more", Integer.toString(count), field);
    }
    return this;
  }

  /** Parts of the same size that a whole is made of. */
  Sizes divides(String part, int parts, String whole, int size) {
    some(part, parts).some(whole, size);
    if (size % parts != 0) {
      throw ModelException.doing("building a model")
          .expected(part + " that divide the " + whole)
          .found(part + " " + parts + " of " + whole + " " + size)
          .fix("Choose a " + whole + " that is a multiple of " + part + ".");
    }
    return this;
  }

  /** A number above 0. */
  Sizes positive(String field, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw refused("a " + field + " above 0", Double.toString(value), field);
    }
    return this;
  }

  /** A standard deviation. */
  Sizes deviation(String field, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw refused("a " + field + " from 0 on", Double.toString(value), field);
    }
    return this;
  }

  private static ModelException refused(String expected, String found, String field) {
    return ModelException.doing("building a model")
        .expected(expected)
        .found(found)
        .fix("Choose another " + field + ".");
  }
}
