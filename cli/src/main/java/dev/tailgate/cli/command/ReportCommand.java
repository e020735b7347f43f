package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.json.ResultFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailgate report}: the report of an audit, from its JSON. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "report",
    sortOptions = false,
    description = {
      "Write report.html and the charts of earlier audits again, from their results; nothing is run,"
          + " and the results stay as they are.",
      "The first result is the one the report is about, others stand beside it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate report tailgate-out",
      "  tailgate report runs/vanilla runs/outeffhop --out side-by-side",
      "  tailgate report old/result.json --out old-again"
    })
public final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "RESULT",
      description = "A result.json, or the folder an audit wrote it into.")
  private List<Path> inputs = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = {
        "Folder for report.html and the charts. Default: the folder of the result; several results"
            + " need one."
      })
  private Optional<Path> out = Optional.empty();

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Path folder = folder();
    List<RunResult> results =
        inputs.stream().flatMap(in -> ResultFiles.readAll(in).stream()).toList();
    Path report = Tailgate.page(results, folder);
    output.print(results, report, spec.commandLine().getOut());
    return ExitCode.OK.number();
  }

  private Path folder() {
    if (out.isEmpty() && inputs.size() > 1) {
      throw new ParameterException(
          spec.commandLine(), "several results need --out, the folder of their common report");
    }
    Path folder = out.orElseGet(() -> ResultFiles.file(inputs.get(0)).toAbsolutePath().getParent());
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new ParameterException(
          spec.commandLine(), "--out expects a folder, found the file " + folder);
    }
    return folder;
  }
}
