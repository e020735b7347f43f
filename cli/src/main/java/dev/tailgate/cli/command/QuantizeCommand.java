package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.console.Talk;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.data.Amount;
import dev.tailgate.page.console.QuantizeText;
import dev.tailgate.quant.encodings.EncodingsFormat;
import dev.tailgate.result.QuantizeReport;
import dev.tailgate.result.json.ReportJson;
import dev.tailgate.run.quantize.QuantizeRequest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tailgate quantize}: a model that runs in integers. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "quantize",
    sortOptions = false,
    description = {
      "Quantize MODEL, write the result to OUT, and say which kernels it really runs on.",
      "OUT is run as it was written: simulated in float, and deployed with ONNX Runtime's integer"
          + " kernels."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate quantize bert.onnx --data train.npz -o bert-int8.onnx",
      "  tailgate quantize bert.onnx --data d.npz --range-estimator minmax,percentile,mse,entropy -o q.onnx",
      "  tailgate quantize gpt2.onnx --scheme w4a16 -o gpt2-int4.onnx",
      "  tailgate quantize vit.onnx --data d.npz --exclude layer:0 --exclude 'name:*head*' -o q.onnx"
    })
public final class QuantizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private FileOptions files;

  @Option(
      names = "--form",
      paramLabel = "FORM",
      defaultValue = "qdq",
      converter = Choice.Forms.class,
      completionCandidates = Choice.Forms.class,
      description = {
        "How integer products are written: ${COMPLETION-CANDIDATES}. qdq: standard operators that the"
            + " runtime fuses; qoperator: ONNX Runtime's integer operators. Default: qdq."
            + " With dynamic ranges products are MatMulInteger either way."
      })
  private String form;

  @Option(
      names = "--encodings",
      paramLabel = "FILE",
      description = {
        "Take scales and zero points from FILE instead of calibrating: AIMET encodings 1.0.0 or"
            + " 2.0.0, or Tailgate's own."
      })
  private Optional<Path> encodings;

  @Option(
      names = "--export-encodings",
      paramLabel = "FILE",
      description = "Write scales and zero points to FILE as well.")
  private Optional<Path> export;

  @Option(
      names = "--encodings-format",
      paramLabel = "F",
      defaultValue = "tailgate",
      converter = Choice.EncodingFormats.class,
      completionCandidates = Choice.EncodingFormats.class,
      description = "Of --export-encodings: ${COMPLETION-CANDIDATES}. Default: tailgate.")
  private String encodingsFormat;

  @Mixin private QuantOptions quant;

  @Mixin private DataOptions data;

  @Mixin private RunOptions run;

  @Mixin private FloatOptions floats;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    QuantizeRequest request = request();
    QuantizeReport report;
    try (Talk talk = Talk.on(spec.commandLine().getErr(), output.quiet())) {
      report = Tailgate.quantize(request, talk);
    }
    PrintWriter printer = spec.commandLine().getOut();
    if (output.json()) {
      printer.print(ReportJson.write(report));
    } else {
      printer.print(QuantizeText.render(report));
    }
    return ExitCode.OK.number();
  }

  private QuantizeRequest request() {
    files.refuseSame(spec.commandLine());
    try {
      return new QuantizeRequest(
          files.model(),
          files.out(),
          quant.settings(QuantOptions.QUANTIZE),
          QuantizeRequest.OutputForm.valueOf(form.toUpperCase(Locale.ROOT)),
          encodings,
          export.map(
              file -> new QuantizeRequest.Export(file, EncodingsFormat.parse(encodingsFormat))),
          data.request(Amount.Budget.SMALL),
          floats.in(run.options()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
