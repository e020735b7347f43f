package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.console.Talk;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.file.Publication;
import dev.tailgate.page.ci.GateMarkdown;
import dev.tailgate.page.ci.JunitXml;
import dev.tailgate.page.ci.Sarif;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.GateRequest;
import dev.tailgate.result.gate.GateRules;
import dev.tailgate.result.gate.GateRulesFile;
import dev.tailgate.result.json.GateReportJson;
import dev.tailgate.result.json.ResultFiles;
import dev.tailgate.result.json.RunResultJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailgate gate}: whether a result keeps to rules. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "gate",
    sortOptions = false,
    description = {
      "Judge the result of an audit by rules: bounds on outlier metrics, on the cost of"
          + " quantization and on what was covered, fixed or against a baseline.",
      "What cannot be judged is INCONCLUSIVE and never passes: too few samples, made-up inputs, a"
          + " missing metric, a baseline over other samples, taps, scheme or device."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate audit model.onnx --data eval.npz",
      "  tailgate gate tailgate-out --baseline baseline.json --update-baseline",
      "  tailgate gate tailgate-out --baseline baseline.json --junit gate.xml",
      "  tailgate gate tailgate-out --rules rules.yaml --format json"
    })
public final class GateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RESULT", description = "A result.json, or the folder that holds it.")
  private Path result;

  @Option(
      names = "--rules",
      paramLabel = "R",
      description = {
        "Rules, YAML or JSON. Default: outlier metrics within 25 %% of the baseline and the loss"
            + " within 1 %% of it; without a baseline, wide fixed bounds. See docs/ci.md."
      })
  private Optional<Path> rules = Optional.empty();

  @Option(names = "--baseline", paramLabel = "B", description = "The result to compare with.")
  private Optional<Path> baseline = Optional.empty();

  @Option(
      names = "--update-baseline",
      description = {
        "Make RESULT the baseline, whatever the rules say of it, and end with 0. A result that"
            + " could never be compared (made-up inputs, too few samples) is refused with 5."
      })
  private boolean update;

  @Option(names = "--junit", paramLabel = "FILE", description = "Write JUnit XML.")
  private Optional<Path> junit = Optional.empty();

  @Option(names = "--sarif", paramLabel = "FILE", description = "Write SARIF 2.1.0.")
  private Optional<Path> sarif = Optional.empty();

  @Option(names = "--markdown", paramLabel = "FILE", description = "Write a Markdown summary.")
  private Optional<Path> markdown = Optional.empty();

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public Integer call() throws IOException {
    if (update && baseline.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--update-baseline needs --baseline, the file to write");
    }
    RunResult candidate = Tailgate.read(result);
    GateRules asked = asked();
    Optional<RunResult> before = readBaseline();
    // A first baseline has nothing to be judged by, and a table that says so helps nobody.
    boolean isFirst = update && before.isEmpty();
    GateReport report = Tailgate.gate(new GateRequest(candidate, before, asked));
    write(report, candidate);
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.print(GateReportJson.write(report));
    } else if (!isFirst) {
      out.print(Tailgate.table(report));
    }
    if (update) {
      return update(candidate, asked, isFirst);
    }
    return switch (report.verdict()) {
      case PASS -> ExitCode.OK.number();
      case FAIL -> ExitCode.GATE_FAILED.number();
      case INCONCLUSIVE -> ExitCode.INCONCLUSIVE.number();
    };
  }

  private GateRules asked() {
    if (rules.isEmpty()) {
      return baseline.isPresent()
          ? GateRulesFile.againstBaseline()
          : GateRulesFile.withoutBaseline();
    }
    return GateRulesFile.read(rules.get());
  }

  /** A baseline that is about to be written need not be there yet. */
  private Optional<RunResult> readBaseline() {
    return baseline
        .filter(file -> !update || Files.exists(ResultFiles.file(file)))
        .map(Tailgate::read);
  }

  private void write(GateReport report, RunResult candidate) throws IOException {
    try (Publication publication = new Publication()) {
      if (junit.isPresent()) {
        publication.add(junit.get(), JunitXml.render(report));
      }
      if (sarif.isPresent()) {
        publication.add(sarif.get(), Sarif.render(report, candidate.tool()));
      }
      if (markdown.isPresent()) {
        publication.add(markdown.get(), GateMarkdown.render(report));
      }
      publication.publish();
    }
  }

  private int update(RunResult candidate, GateRules asked, boolean isFirst) throws IOException {
    Optional<String> unfit = asked.unfitAsBaseline(candidate);
    Path file = ResultFiles.file(baseline.orElseThrow());
    try (Talk talk = Talk.on(spec.commandLine().getErr(), output.quiet())) {
      if (unfit.isPresent()) {
        talk.say("The baseline stays as it is: RESULT " + unfit.get() + ".");
        return ExitCode.INCONCLUSIVE.number();
      }
      Publication.write(
          file, out -> out.write(RunResultJson.write(candidate).getBytes(StandardCharsets.UTF_8)));
      talk.say(
          "wrote the baseline " + file + (isFirst ? ", the first one, so nothing was judged" : ""));
    }
    return ExitCode.OK.number();
  }
}
