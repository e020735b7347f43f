package dev.tailgate.lab;

import dev.tailgate.engine.tensor.DataException;

/** Data that experiments which learn cannot use. */
final class Unlabelled {
  private Unlabelled() {}

  static DataException refused(String where) {
    return DataException.doing("learning from patterns")
        .expected("a class for each")
        .found("none")
        .where(where)
        .fix("Give an .npz with an array 'label', or pictures with their classes.");
  }

  static DataException few(Patterns data, int wanted) {
    return DataException.doing("learning from patterns")
        .expected(wanted + " or more")
        .found(Integer.toString(data.rows().length))
        .where(data.description())
        .fix("Give more samples.");
  }
}
