package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodParameters;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.MethodValues;
import dev.tailgate.page.console.BuildText;
import dev.tailgate.result.BuildReport;
import dev.tailgate.result.json.ReportJson;
import dev.tailgate.run.build.BuildRequest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code tailgate new}: an untrained model. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "new",
    sortOptions = false,
    description = {
      "Build an untrained model of ARCHITECTURE with fresh weights, and write it to OUT.",
      "Weights are drawn from the seed and their names: the same seed gives the same file, and another"
          + " method leaves the weights as they are. 'tailgate train' trains it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate new bert -o bert.onnx",
      "  tailgate new opt --method outeffhop --seed 2 --set layers=4 --set width=64 -o opt.onnx",
      "  tailgate new vit --method gated_attention --gate-init 0.25 -o vit.onnx",
      "  tailgate new bert --size base -o bert-base.onnx"
    })
public final class NewCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "ARCHITECTURE",
      converter = Choice.Kinds.class,
      completionCandidates = Choice.Kinds.class,
      description = "What to build: ${COMPLETION-CANDIDATES}.")
  private String kind;

  @Option(
      names = "--size",
      paramLabel = "S",
      defaultValue = "tiny",
      description =
          "Sizes that have a name: tiny, or those of a published model, as docs/models.md lists them."
              + " Default: ${DEFAULT-VALUE}.")
  private String size;

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description = "Another value of a field of the architecture; may be given again.")
  private Map<String, String> fields = new LinkedHashMap<>();

  @Mixin private final CommandSpec method = MethodFlags.ofUntrained();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seed of everything random. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "OUT",
      description = "The ONNX file to write.")
  private Path out;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    BuildReport report = Tailgate.build(request());
    PrintWriter printer = spec.commandLine().getOut();
    printer.print(output.json() ? ReportJson.write(report) : BuildText.render(report));
    return ExitCode.OK.number();
  }

  private BuildRequest request() {
    try {
      return BuildRequest.of(kind, size, out).with(fields).with(method()).seeded(seed);
    } catch (ModelException | IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Gates of a model that is trained from its start are those of the papers, without 1/P. */
  private MethodSpec method() {
    ParseResult parsed = spec.commandLine().getParseResult();
    Method asked = MethodFlags.method(parsed);
    MethodValues values = MethodFlags.values(parsed);
    if (asked.isGated() && !values.has(MethodParameters.GATE_IDENTITY)) {
      values = values.with(MethodParameters.GATE_IDENTITY, false);
    }
    return asked.spec(values, seed);
  }
}
