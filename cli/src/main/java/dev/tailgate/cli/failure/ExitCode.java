package dev.tailgate.cli.failure;

/** What the process tells its caller. The numbers are part of the outward interface. */
public enum ExitCode {
  OK(0),
  GATE_FAILED(1),
  USAGE(2),
  MODEL_OR_DATA(3),
  ENVIRONMENT(4),
  INCONCLUSIVE(5),
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
