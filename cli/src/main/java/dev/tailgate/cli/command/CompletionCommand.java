package dev.tailgate.cli.command;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailgate completion}: a script that teaches a shell the commands and their options. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "completion",
    description = {
      "Print a script that completes commands, options and their values in SHELL.",
      "Read it once with the example, or from the shell's start-up file."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  source <(tailgate completion bash)", "  source <(tailgate completion zsh)"})
public final class CompletionCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** The script serves both: zsh reads it through its {@code bashcompinit}, which it calls. */
  @Parameters(
      paramLabel = "SHELL",
      converter = Choice.Shells.class,
      completionCandidates = Choice.Shells.class,
      description = "${COMPLETION-CANDIDATES}.")
  private String shell;

  @Mixin private HelpOption help;

  @Override
  public void run() {
    CommandLine top = spec.root().commandLine();
    spec.commandLine().getOut().println(AutoComplete.bash(top.getCommandName(), top));
  }
}
