package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.console.Talk;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.page.console.ComparisonText;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.json.ComparisonJson;
import dev.tailgate.run.compare.CompareInput;
import dev.tailgate.run.compare.CompareRequest;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailgate compare}: models, methods and results side by side. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "compare",
    sortOptions = false,
    description = {
      "Put audits side by side: task metric, cost of quantization and outliers by method, the best"
          + " marked, differences from a baseline with intervals.",
      "Models are audited, results are read. Only what is over the same samples, with the same"
          + " taps, scheme and metric, is compared."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate compare vanilla-1.onnx outeffhop-1.onnx --data heldout.npz",
      "  tailgate compare bert.onnx --methods outeffhop,clipped_softmax --data heldout.npz",
      "  tailgate compare bert/vanilla@1=runs/a bert/mine@1=runs/b/result.json"
    })
public final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "INPUT",
      description = {
        "An ONNX model, a result.json, or a folder with one; as LABEL=PATH to name it, LABEL being"
            + " [family/]method[@seed]. Default label: from the file name METHOD-SEED.onnx."
      })
  private List<String> inputs = List.of();

  @Option(
      names = "--methods",
      split = ",",
      paramLabel = "M",
      converter = ComparedMethods.class,
      completionCandidates = Choice.Methods.class,
      description = {
        "With one model: rewrite it to each of these, with the defaults of 'tailgate rewrite' or with"
            + " parameters as in softmax_n:n=1, and compare them with the model as it is:"
            + " ${COMPLETION-CANDIDATES}."
      })
  private List<String> methods = List.of();

  @Option(
      names = "--baseline",
      paramLabel = "METHOD",
      defaultValue = Comparison.BASELINE,
      description = "What others are compared with. Default: ${DEFAULT-VALUE}.")
  private String baseline;

  @Option(
      names = "--time",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = {
        "Measure how long a batch takes, as a multiple of the baseline's: of models, not of results."
            + " Default: yes."
      })
  private boolean time;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "tailgate-out",
      description =
          "Folder for compare.html, .md, .csv, .tex and .json. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Mixin private DataOptions data;

  @Mixin private MeasureOptions measure;

  @Mixin private QuantOptions quant;

  @Mixin private RunOptions run;

  @Mixin private FloatOptions floats;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    List<CompareInput> parsed = parsed();
    refuseContradictions(parsed);
    CompareRequest request = request(parsed);
    Comparison comparison;
    List<Path> files;
    try (Talk talk = Talk.on(spec.commandLine().getErr(), output.quiet())) {
      comparison = Tailgate.compare(request, talk);
      if (comparison.models() < 2) {
        throw refusal("compare expects two or more results, found " + comparison.models());
      }
      files = Tailgate.report(comparison, out);
    }
    PrintWriter text = spec.commandLine().getOut();
    if (output.json()) {
      text.print(ComparisonJson.write(comparison));
    } else {
      text.print(ComparisonText.render(comparison));
      files.forEach(file -> text.println("wrote " + file));
    }
    return ExitCode.OK.number();
  }

  private List<CompareInput> parsed() {
    try {
      return inputs.stream().map(CompareInput::parse).toList();
    } catch (IllegalArgumentException e) {
      throw refusal(String.valueOf(e.getMessage()));
    }
  }

  private void refuseContradictions(List<CompareInput> parsed) {
    boolean oneModel = parsed.size() == 1 && parsed.get(0).isModel();
    if (!methods.isEmpty() && !oneModel) {
      throw refusal("--methods expects one ONNX model, found " + String.join(" ", inputs));
    }
    if (methods.isEmpty() && oneModel) {
      throw refusal("compare expects two or more models or results, or one model with --methods");
    }
    if (data.namesFiles() && parsed.stream().noneMatch(CompareInput::isModel)) {
      throw refusal("--data, --calibration-data and --tokenizer need a model");
    }
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw refusal("--out expects a folder, found the file " + out);
    }
  }

  private Map<String, MethodSpec> rewrites() {
    try {
      Map<String, MethodSpec> specs = ComparedMethods.specs(methods, data.seed());
      if (specs.isEmpty() && !methods.isEmpty()) {
        throw refusal("compare expects two or more results, found 1");
      }
      return specs;
    } catch (IllegalArgumentException e) {
      throw refusal("--methods: " + e.getMessage());
    }
  }

  private CompareRequest request(List<CompareInput> parsed) {
    Optional<QuantizationSettings> quantization = AuditSettings.of(measure, quant, spec);
    return new CompareRequest(
        parsed,
        rewrites(),
        baseline,
        data.request(),
        measure.taps(),
        quantization,
        floats.in(run.options()),
        time,
        out);
  }

  private ParameterException refusal(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
