package dev.tailgate.cli.command;

import dev.tailgate.cli.help.OptionGroup;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    spec.commandLine().getOut().println(ordered(AutoComplete.bash(top.getCommandName(), top), top));
  }

  /**
   * {@code script} with the options of each command in the order of its help, which shells keep
   * that can. One function of it is for the top command, and one for each below, in their order.
   */
  private static String ordered(String script, CommandLine top) {
    Iterator<CommandLine> commands =
        Stream.concat(Stream.of(top), top.getSubcommands().values().stream()).iterator();
    return script
        .lines()
        .map(
            line -> {
              if (line.startsWith("  local flag_opts=")) {
                return "  local flag_opts=\"" + options(commands.next()) + "\"";
              } else if (line.startsWith("  local arg_opts=")) {
                return "  local arg_opts=\"\"";
              } else if (line.startsWith("complete -F ")) {
                return line.replace("-o default", "-o default -o nosort")
                    + " 2>/dev/null || "
                    + line;
              }
              return line;
            })
        .collect(Collectors.joining("\n"));
  }

  private static String options(CommandLine command) {
    return OptionGroup.ALL.stream()
        .flatMap(group -> group.of(command.getCommandSpec()).stream())
        .flatMap(option -> Arrays.stream(option.names()))
        .map(name -> "'" + name + "'")
        .collect(Collectors.joining(" "));
  }
}
