package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.console.Talk;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.data.Amount;
import dev.tailgate.onnx.method.MethodParameters;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.MethodValues;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.page.console.RewriteText;
import dev.tailgate.result.RewriteReport;
import dev.tailgate.result.json.ReportJson;
import dev.tailgate.run.rewrite.RewriteRequest;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code tailgate rewrite}: another attention for a model. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "rewrite",
    sortOptions = false,
    description = {
      "Give the attentions of MODEL another normaliser or a gate, and write the result to OUT.",
      "Weights, inputs and outputs stay as they are. What is rewritten is recorded in OUT, so that"
          + " --method vanilla can take it back."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate rewrite bert.onnx --method outeffhop -o softmax1.onnx --verify",
      "  tailgate rewrite bert.onnx --method clipped_softmax --gamma -0.025 -o clipped.onnx",
      "  tailgate rewrite opt.onnx --method gated_attention --gate mlp --sites 0-5 -o gated.onnx",
      "  tailgate rewrite softmax1.onnx --method vanilla -o bert.onnx"
    })
public final class RewriteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private FileOptions files;

  @Mixin private final CommandSpec method = MethodFlags.spec();

  @Option(
      names = "--sites",
      paramLabel = "LIST",
      defaultValue = "all",
      description = {
        "Sites to rewrite, as 'tailgate inspect' numbers them: 0,2-5, self, cross, or node names with"
            + " *. Default: ${DEFAULT-VALUE}."
      })
  private String sites;

  @Option(
      names = "--expect-sites",
      paramLabel = "N",
      converter = Bounded.Count.class,
      description = "End with exit code 3 and write nothing unless exactly N sites are rewritten.")
  private Optional<Integer> expectedSites;

  @Option(
      names = "--verify",
      description = {
        "Run both models: each site against a reference in double precision, outputs and task metric"
            + " before and after."
      })
  private boolean verify;

  @Mixin private DataOptions data;

  @Mixin private RunOptions run;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    RewriteRequest request = request();
    refuseContradictions(request);
    RewriteReport report;
    try (Talk talk = Talk.on(spec.commandLine().getErr(), output.quiet())) {
      report = Tailgate.rewrite(request, talk);
    }
    PrintWriter data = spec.commandLine().getOut();
    if (output.json()) {
      data.print(ReportJson.write(report));
    } else {
      data.print(RewriteText.render(report));
    }
    return ExitCode.OK.number();
  }

  private RewriteRequest request() {
    MethodSpec chosen;
    SiteSelection selection;
    ParseResult parsed = spec.commandLine().getParseResult();
    MethodValues values = MethodFlags.values(parsed);
    try {
      chosen = MethodFlags.method(parsed).spec(values, data.seed());
      selection = SiteSelection.parse(sites);
    } catch (IllegalArgumentException e) {
      throw refusal(String.valueOf(e.getMessage()));
    }
    return new RewriteRequest(
        files.model(),
        files.out(),
        chosen,
        selection,
        values.file(MethodParameters.SINK),
        values.file(MethodParameters.GATE_WEIGHTS),
        values
            .real(MethodParameters.CALIBRATED_SHIFT)
            .map(OptionalDouble::of)
            .orElse(OptionalDouble.empty()),
        expectedSites,
        verify,
        data.request(Amount.Budget.SMALL),
        run.options());
  }

  private void refuseContradictions(RewriteRequest request) {
    if (data.namesFiles() && !verify && request.shift().isEmpty()) {
      throw refusal("--data and --tokenizer go with --verify or --calibrated-shift");
    }
    files.refuseSame(spec.commandLine());
  }

  private ParameterException refusal(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
