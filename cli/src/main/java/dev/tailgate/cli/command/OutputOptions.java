package dev.tailgate.cli.command;

import dev.tailgate.page.console.ConsoleReport;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.json.RunResultJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
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

  /** Prints results as a table that ends with where the report is, or as JSON. */
  void print(List<RunResult> results, Path report, PrintWriter data) {
    if (!json()) {
      data.print(ConsoleReport.render(results, Optional.of(report)));
    } else if (results.size() == 1) {
      data.print(RunResultJson.write(results.get(0)));
    } else {
      data.println(
          results.stream()
              .map(result -> RunResultJson.write(result).strip())
              .collect(Collectors.joining(",\n", "[", "]")));
    }
  }
}
