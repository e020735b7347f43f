package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.console.Talk;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.data.DataSpec;
import dev.tailgate.onnx.method.MethodParameters;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.MethodValues;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.page.console.CureText;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.site.ShiftCalibration;
import dev.tailgate.result.json.CureResultJson;
import dev.tailgate.run.cure.CureRequest;
import dev.tailgate.run.cure.Cured;
import dev.tailgate.run.quantize.BesideOut;
import dev.tailgate.train.loop.LoopPlan;
import dev.tailgate.train.optimiser.Schedule;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code tailgate cure}: another attention, trained to do what the model did, with the proof. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "cure",
    sortOptions = false,
    customSynopsis = "tailgate cure MODEL --method M --data D -o OUT [OPTIONS]",
    description = {
      "Give the attentions of MODEL another method, train the result to do what MODEL does, and prove"
          + " what that is worth.",
      "MODEL is the teacher: labels are not needed, and are used where they are there. The data is"
          + " divided, and what the three models are measured on is seen by no step of the training."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate cure minilm.onnx --method outeffhop --data train.csv --held-out test.csv -o cured.onnx",
      "  tailgate cure bert.onnx --method gated_attention --data text.txt --steps 2000 -o cured.onnx",
      "  tailgate cure opt.onnx --method outeffhop --start plain --data train.npz -o cured.onnx"
    })
public final class CureCommand implements Callable<Integer> {
  private static final String FITTED = Choice.Starts.FITTED;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
  private Path model;

  @Option(
      names = "-o",
      required = true,
      paramLabel = "OUT",
      description = {
        "The cured model: inputs and outputs are those of MODEL. Until it is written, checkpoints lie in"
            + " OUT.checkpoint."
      })
  private Path target;

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
      names = "--start",
      paramLabel = "HOW",
      defaultValue = FITTED,
      converter = Choice.Starts.class,
      completionCandidates = Choice.Starts.class,
      description = {
        "Where training starts, of methods with a sink: fitted gives each head the logit with which"
            + " --calibrated-shift of its attention goes to the sink, near to the original; plain takes"
            + " the method as its paper has it. Default: ${DEFAULT-VALUE}."
      })
  private String start;

  @Option(
      names = "--held-out",
      paramLabel = "D",
      converter = DataOptions.DataSpecConverter.class,
      description = {
        "Samples that the models are measured on and training never sees. Default: two tenths of"
            + " --data."
      })
  private Optional<DataSpec> heldOut;

  @Mixin private StepOptions steps;

  @Mixin private CheckpointOptions checkpoints;

  @Mixin private QatOption qat;

  @Mixin private DistilOptions distil;

  @Mixin private DataOptions data;

  @Mixin private MeasureOptions.Preset taps;

  @Mixin private QuantOptions quant;

  @Mixin private RunOptions run;

  @Mixin private FloatOptions floats;

  @Mixin private ReportFolder out;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    out.requireFolder(spec);
    FileOptions.refuseSame(spec.commandLine(), model, target);
    CureRequest request = request();
    Cured cured;
    try (Talk talk = Talk.on(spec.commandLine().getErr(), output.quiet())) {
      cured = Tailgate.cure(request, talk);
    }
    PrintWriter printer = spec.commandLine().getOut();
    if (output.json()) {
      printer.print(CureResultJson.write(cured.result()));
    } else {
      printer.print(CureText.render(cured.result()));
      printer.println("Wrote cured model in " + target);
      if (request.qat().isPresent()) {
        printer.println("Wrote grids in " + BesideOut.encodings(target));
        printer.println("Wrote deployable model in " + BesideOut.quantized(target));
      }
      printer.println("Wrote proof in " + out.path().resolve("cure.html"));
      printer.println("Wrote numbers in " + out.path().resolve(CureResultJson.FILE));
      printer.println("Wrote audits of the three models in " + out.path().resolve("report.html"));
    }
    return ExitCode.OK.number();
  }

  private CureRequest request() {
    ParseResult parsed = spec.commandLine().getParseResult();
    MethodValues values = MethodFlags.values(parsed);
    try {
      MethodSpec chosen = MethodFlags.method(parsed).spec(values, data.seed());
      QuantizationSettings asked = quant.settingsOfTraining(QuantOptions.AUDIT);
      // The proof is of what was trained for, unless another scheme is asked for.
      QuantizationSettings settings =
          parsed.hasMatchedOption("--scheme") ? asked : qat.scheme().map(asked::with).orElse(asked);
      if (settings.estimators().size() > 1) {
        throw new IllegalArgumentException("cure takes one --range-estimator");
      }
      return new CureRequest(
              model,
              target,
              chosen,
              SiteSelection.parse(sites),
              values.file(MethodParameters.SINK),
              values.file(MethodParameters.GATE_WEIGHTS),
              mass(values),
              data.request(),
              heldOut,
              taps.taps(),
              settings,
              qat.scheme(),
              distil.objective(),
              loop(),
              Optional.empty(),
              floats.in(run.options()),
              Optional.of(out.path()))
          .withCheckpoints(quant.resume());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Without scores on the way, which none would choose weights by. */
  private LoopPlan loop() {
    Schedule schedule = CureRequest.schedule(steps.steps(), steps.rate(), steps.warmUp());
    long tenth = Math.max(1, schedule.steps() / 10);
    return new LoopPlan(
        schedule, data.request().batchSize(), data.seed(), tenth, 0, checkpoints.every());
  }

  private OptionalDouble mass(MethodValues values) {
    boolean isFitted = start.equals(FITTED);
    if (!isFitted && values.has(MethodParameters.CALIBRATED_SHIFT)) {
      throw new IllegalArgumentException("--calibrated-shift fits where --start plain does not");
    }
    return isFitted && !values.has(MethodParameters.SINK)
        ? OptionalDouble.of(
            values.real(MethodParameters.CALIBRATED_SHIFT).orElse(ShiftCalibration.DEFAULT_TARGET))
        : OptionalDouble.empty();
  }
}
