package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.console.Talk;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.data.Amount;
import dev.tailgate.data.DataSpec;
import dev.tailgate.page.console.TrainText;
import dev.tailgate.result.TrainResult;
import dev.tailgate.result.json.TrainResultJson;
import dev.tailgate.run.train.TrainRequest;
import dev.tailgate.run.train.TrainRun;
import java.io.PrintWriter;
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

/** {@code tailgate train}: trains the weights of a model on data. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "train",
    sortOptions = false,
    customSynopsis = "tailgate train MODEL --data D -o OUT [OPTIONS]",
    description = {
      "Train the weights of MODEL on data, by its labels or by a teacher, and write it with the weights"
          + " that score best on samples held out.",
      "All but the weights stays as it was: operators, names, inputs and outputs. A training that was"
          + " stopped goes on with --resume."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate train bert.onnx --data train.csv -o bert-tuned.onnx",
      "  tailgate train gpt2.onnx --data text/ --steps 500 --lr 1e-4 -o gpt2-tuned.onnx",
      "  tailgate train rewritten.onnx --teacher bert.onnx --data text/ -o cured.onnx",
      "  tailgate train bert.onnx --teacher bert.onnx --qat w4a8 --data text/ -o bert-w4a8.onnx",
      "  tailgate train bert.onnx --data train.csv -o bert-tuned.onnx --resume"
    })
public final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "An ONNX file with weights in floats.")
  private Path model;

  @Option(
      names = "-o",
      required = true,
      paramLabel = "OUT",
      description = "The trained model. Until it is written, checkpoints lie in OUT.checkpoint.")
  private Path target;

  @Option(
      names = "--held-out",
      paramLabel = "D",
      converter = DataOptions.DataSpecConverter.class,
      description =
          "Samples to score on, which are none of --data. Default: every tenth sample of --data.")
  private Optional<DataSpec> heldOut;

  @Mixin private TrainingOptions training;

  @Mixin private DataOptions data;

  @Mixin private RunOptions run;

  @Mixin private FloatOptions floats;

  @Mixin private ReportFolder out;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    out.requireFolder(spec);
    FileOptions.refuseSame(spec.commandLine(), model, target);
    TrainRequest request = request();
    TrainResult result;
    try (Talk talk = Talk.on(spec.commandLine().getErr(), output.quiet())) {
      result = Tailgate.train(request, talk);
    }
    PrintWriter printer = spec.commandLine().getOut();
    if (output.json()) {
      printer.print(TrainResultJson.write(result));
    } else {
      printer.print(TrainText.render(result));
      printer.println("Wrote trained model in " + target);
      if (result.quantized().isPresent()) {
        printer.println("Wrote grids in " + request.encodingsFile());
        printer.println("Wrote deployable model in " + request.quantizedFile());
      }
      printer.println("Wrote numbers in " + out.path().resolve(TrainRun.FILE));
    }
    return ExitCode.OK.number();
  }

  private TrainRequest request() {
    try {
      TrainRequest asked =
          training
              .in(TrainRequest.of(model, target))
              .with(data.request(Amount.of(Integer.MAX_VALUE)))
              .with(floats.in(run.options()))
              .reporting(out.path());
      return heldOut.map(asked::withHeldOut).orElse(asked);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
