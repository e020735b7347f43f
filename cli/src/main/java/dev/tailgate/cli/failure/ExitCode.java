package dev.tailgate.cli.failure;

/** What the process tells its caller. The numbers are part of the outward interface. */
public enum ExitCode {
  /** Done; for a gate: passed. */
  OK(0),
  /** A gate failed. */
  GATE_FAILED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** The model or the data cannot be used, or output could not be written. */
  MODEL_OR_DATA(3),
  /** The environment lacks something. */
  ENVIRONMENT(4),
  /** A gate could not be judged. */
  INCONCLUSIVE(5),
  /** A bug in Tailgate. */
  BUG(70);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The number handed to the operating system. */
  public int number() {
    return number;
  }
}
