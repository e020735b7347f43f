package dev.tailgate.data.text.shape;

/** The first thing about a {@code tokenizer.json} that is not as in published models. */
final class OddShape extends Exception {
  private static final long serialVersionUID = 1L;

  /** A field and what was found in it. */
  OddShape(String path, String found) {
    super(path + ", " + found);
  }
}
