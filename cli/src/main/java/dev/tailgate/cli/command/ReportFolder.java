package dev.tailgate.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where a report and its results go. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ReportFolder {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "tailgate-out",
      description = {
        "Folder for report.html, result.json and the charts. Default: ${DEFAULT-VALUE}."
      })
  private Path out;

  Path path() {
    return out;
  }

  /** Refuses a file, before anything is run. */
  void requireFolder(CommandSpec spec) {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new ParameterException(
          spec.commandLine(), "--out expects a folder, found the file " + out);
    }
  }
}
