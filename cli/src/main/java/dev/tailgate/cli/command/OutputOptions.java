package dev.tailgate.cli.command;

import picocli.CommandLine.Option;

/** What every command that prints data takes. */
final class OutputOptions {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      converter = Choice.Formats.class,
      completionCandidates = Choice.Formats.class,
      description = "Data on standard output: ${COMPLETION-CANDIDATES}. Default: table.")
  private String format = "table";

  @Option(names = "--quiet", description = "Say nothing on standard error but errors.")
  private boolean quiet;

  boolean json() {
    return format.equals("json");
  }

  boolean quiet() {
    return quiet;
  }
}
