package dev.tailgate.lab;

import dev.tailgate.result.lab.Study;

/** One question to the memory, and how it is answered. */
public interface Experiment {
  /** Its name on the command line. */
  String id();

  /** One line of help. */
  String question();

  /** Answers it. The same seed gives the same numbers. */
  Study run(Laboratory lab);
}
