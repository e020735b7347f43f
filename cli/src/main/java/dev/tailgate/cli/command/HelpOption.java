package dev.tailgate.cli.command;

import picocli.CommandLine.Option;

/** {@code --help}, on every command. */
public final class HelpOption {
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;
}
