package dev.tailgate.cli.command;

import picocli.CommandLine.Option;

/** How often a training writes down where it is. */
final class CheckpointOptions {
  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "100",
      converter = Bounded.CountOrZero.class,
      description = {
        "Steps between checkpoints in the folder OUT.checkpoint; one is written at an interrupt in any"
            + " case. Default: ${DEFAULT-VALUE}."
      })
  private int every;

  int every() {
    return every;
  }
}
