package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.console.Talk;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.cli.reference.ReferenceModels;
import dev.tailgate.data.Amount;
import dev.tailgate.data.open.Samples;
import dev.tailgate.result.RunResult;
import dev.tailgate.run.audit.AuditRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailgate audit}: what outliers a model has and what they cost under quantization. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "audit",
    sortOptions = false,
    description = {
      "Measure activation outliers of MODEL and what they cost under simulated quantization.",
      "Without MODEL, audit the two reference decoders that come with Tailgate: one with softmax"
          + " and beside it the same one trained with Softmax1."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate audit",
      "  tailgate audit bert.onnx --data dev.npz --calibration-data train.npz",
      "  tailgate audit bert.onnx --data dev.npz --sensitivity --time-limit 10m",
      "  tailgate audit gpt2.onnx --data text.txt --tokenizer tokenizer.json --taps opt",
      "  tailgate audit bert.onnx --data \"SELECT text, label FROM 'dev.parquet'\" --scheme w4a8",
      "  tailgate audit bert-int8.onnx --original bert.onnx --data dev.npz",
      "  tailgate audit vit.onnx --data images/ --image-preset imagenet --format json"
    })
public final class AuditCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "An ONNX file.")
  private Optional<Path> model;

  @Mixin private DataOptions data;

  @Mixin private MeasureOptions measure;

  @Option(
      names = "--original",
      paramLabel = "FLOAT.onnx",
      description = {
        "The float model that MODEL, quantized already, was made from: the two are compared. Nothing"
            + " is quantized in simulation."
      })
  private Optional<Path> original;

  @Mixin private SensitivityOptions sensitivity;

  @Mixin private QuantOptions quant;

  @Mixin private RunOptions run;

  @Mixin private FloatOptions floats;

  @Mixin private ReportFolder out;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    refuseContradictions();
    List<RunResult> results;
    Path report;
    try (Talk talk = Talk.on(spec.commandLine().getErr(), output.quiet())) {
      results = model.isPresent() ? List.of(audit(model.get(), talk)) : auditReference(talk);
      report = Tailgate.report(results, out.path());
      if (output.json()) {
        talk.say("wrote " + report);
      }
    }
    output.print(results, report, spec.commandLine().getOut());
    return ExitCode.OK.number();
  }

  private void refuseContradictions() {
    if (model.isEmpty() && data.namesFiles()) {
      throw new ParameterException(
          spec.commandLine(), "--data, --calibration-data and --tokenizer need a MODEL");
    }
    if (sensitivity.budget().isPresent() && !measure.quantize()) {
      throw new ParameterException(
          spec.commandLine(),
          "--sensitivity measures what quantization hurts: not with --no-quantize");
    }
    if (original.isPresent() && asksForScheme()) {
      throw new ParameterException(
          spec.commandLine(),
          "--original compares MODEL as it is with a float model: not with --scheme, --weights or"
              + " --activations");
    }
    if (model.isEmpty() && original.isPresent()) {
      throw new ParameterException(spec.commandLine(), "--original needs a MODEL");
    }
    out.requireFolder(spec);
  }

  private RunResult audit(Path file, Talk talk) {
    return Tailgate.audit(request(file, samples()), talk);
  }

  private Samples samples() {
    return data.request(
        sensitivity.budget().isPresent() ? Amount.Budget.SMALL : Amount.Budget.DEFAULT);
  }

  private List<RunResult> auditReference(Talk talk) {
    ReferenceModels models = ReferenceModels.unpack(out.path());
    talk.say("No MODEL given: auditing the built-in reference models.");
    return List.of(
        auditReference(models.vanilla(), models, talk),
        auditReference(models.softmax1(), models, talk));
  }

  private RunResult auditReference(Path file, ReferenceModels models, Talk talk) {
    return Tailgate.audit(
        request(file, samples().on(models.heldOut(), models.calibration())),
        talk.about(String.valueOf(file.getFileName())));
  }

  /** A model that is quantized already is quantized in simulation only where a scheme is named. */
  private boolean asksForScheme() {
    return Stream.of("--scheme", "--weights", "--activations")
        .anyMatch(spec.commandLine().getParseResult()::hasMatchedOption);
  }

  private AuditRequest request(Path file, Samples samples) {
    return new AuditRequest(
        file,
        samples,
        measure.taps(),
        AuditSettings.of(measure, quant, spec),
        floats.in(run.options()),
        true,
        sensitivity.budget(),
        new AuditRequest.Stored(original, asksForScheme()));
  }
}
