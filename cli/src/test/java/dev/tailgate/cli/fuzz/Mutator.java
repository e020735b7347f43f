package dev.tailgate.cli.fuzz;

import java.util.Random;

/** Makes another file of a file; the same one for the same state of {@code random}. */
interface Mutator {
  byte[] mutate(byte[] file, Random random);

  /** This one mostly, and sometimes {@code other}. */
  default Mutator or(Mutator other) {
    return (file, random) ->
        random.nextInt(5) == 0 ? other.mutate(file, random) : mutate(file, random);
  }
}
