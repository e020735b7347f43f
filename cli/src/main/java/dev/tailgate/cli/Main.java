package dev.tailgate.cli;

import dev.tailgate.cli.command.AuditCommand;
import dev.tailgate.cli.command.CompareCommand;
import dev.tailgate.cli.command.CompletionCommand;
import dev.tailgate.cli.command.CureCommand;
import dev.tailgate.cli.command.DemoCommand;
import dev.tailgate.cli.command.GateCommand;
import dev.tailgate.cli.command.GlossaryCommand;
import dev.tailgate.cli.command.HealCommand;
import dev.tailgate.cli.command.HelpOption;
import dev.tailgate.cli.command.InspectCommand;
import dev.tailgate.cli.command.LabCommand;
import dev.tailgate.cli.command.NewCommand;
import dev.tailgate.cli.command.QuantizeCommand;
import dev.tailgate.cli.command.ReportCommand;
import dev.tailgate.cli.command.ReproduceCommand;
import dev.tailgate.cli.command.RewriteCommand;
import dev.tailgate.cli.command.TrainCommand;
import dev.tailgate.cli.command.VersionCommand;
import dev.tailgate.cli.config.Defaults;
import dev.tailgate.cli.console.NeutralWriter;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.cli.failure.FailureHandler;
import dev.tailgate.cli.help.GroupedHelp;
import dev.tailgate.cli.version.Versions;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The top command: knows the commands and how they end. */
@Command(
    name = "tailgate",
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Finds, explains and gates activation outliers in transformer models (ONNX), and shows what"
          + " they cost under quantization."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; for gate: passed",
      "1:a gate failed",
      "2:the command line is wrong",
      "3:the model or the data cannot be used",
      "4:the environment lacks something, for example CUDA",
      "5:a gate is inconclusive",
      "70:a bug in Tailgate"
    },
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate audit",
      "  tailgate audit model.onnx --data eval.npz --calibration-data train.npz",
      "  tailgate gate tailgate-out --baseline baseline.json"
    },
    subcommands = {
      AuditCommand.class,
      InspectCommand.class,
      NewCommand.class,
      RewriteCommand.class,
      QuantizeCommand.class,
      HealCommand.class,
      CureCommand.class,
      TrainCommand.class,
      ReproduceCommand.class,
      CompareCommand.class,
      GateCommand.class,
      ReportCommand.class,
      DemoCommand.class,
      LabCommand.class,
      GlossaryCommand.class,
      VersionCommand.class,
      CompletionCommand.class
    })
public final class Main {
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Mixin
  private HelpOption help = new HelpOption();

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(names = "--version", versionHelp = true, description = "Print versions and exit.")
  private boolean version;

  @SuppressWarnings("UnusedVariable") // Defaults asks the parsed command line for it
  @Option(
      names = "--no-config",
      scope = ScopeType.INHERIT,
      description = "Ignore the tailgate.yaml of the working folder.")
  private boolean noConfig;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print where an error happened, and what was taken from tailgate.yaml.")
  private boolean debug;

  private Main() {}

  /**
   * Runs the command and ends the process with its exit code. The process speaks English whatever
   * the machine does: libraries, picocli's completion script among them, would write in its digits.
   */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    OutputStream err = new FileOutputStream(FileDescriptor.err);
    System.exit(run(out, err, args));
  }

  /** Runs the command, printing UTF-8 to the two streams, and returns the exit code. */
  static int run(OutputStream outBytes, OutputStream errBytes, String... args) {
    return run(Path.of(""), outBytes, errBytes, args);
  }

  /** The same with the defaults that {@code folder} holds. */
  static int run(Path folder, OutputStream outBytes, OutputStream errBytes, String... args) {
    PrintWriter out = printer(outBytes);
    PrintWriter err = printer(errBytes);
    Main main = new Main();
    FailureHandler failures = new FailureHandler(() -> main.debug);
    int code;
    try {
      Defaults defaults = Defaults.of(Main::commandLine, folder, args);
      defaults.announce(err);
      code =
          commandLine(main, failures)
              .setOut(out)
              .setErr(err)
              .execute(defaults.arguments().toArray(String[]::new));
      if (code == ExitCode.USAGE.number()) {
        defaults.explain(err);
      }
    } catch (ParameterException wrong) {
      wrong.getCommandLine().setErr(err);
      code = failures.handleParseException(wrong, args);
    } catch (Throwable error) {
      // picocli hands exceptions to the handler but lets errors through: no memory, no native code.
      code = failures.report(error, err);
    }
    err.flush();
    if (out.checkError() && code == ExitCode.OK.number()) {
      err.println("tailgate: Failed writing standard output: it was closed or its disk is full.");
      err.flush();
      return ExitCode.MODEL_OR_DATA.number();
    }
    return code;
  }

  /** The commands as they are parsed, for who looks at them and runs none. */
  static CommandLine commandLine() {
    Main main = new Main();
    return commandLine(main, new FailureHandler(() -> main.debug));
  }

  private static CommandLine commandLine(Main main, FailureHandler failures) {
    CommandLine commands =
        new CommandLine(main)
            // Files of arguments have been read by then.
            .setExpandAtFiles(false)
            .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
            .setExecutionExceptionHandler(failures)
            .setParameterExceptionHandler(failures);
    GroupedHelp.install(commands);
    return commands;
  }

  private static PrintWriter printer(OutputStream bytes) {
    return new PrintWriter(
        new NeutralWriter(
            new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8))));
  }
}
