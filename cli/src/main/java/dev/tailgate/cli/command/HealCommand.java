package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.console.Talk;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.data.Amount;
import dev.tailgate.page.console.HealText;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.result.json.HealResultJson;
import dev.tailgate.run.heal.HealRequest;
import dev.tailgate.run.heal.Healed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailgate heal}: which layer hurts, and what cures it without training. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "heal",
    sortOptions = false,
    customSynopsis = "tailgate heal MODEL --data D [-o OUT] [OPTIONS]",
    description = {
      "Find which parts of MODEL quantization hurts, try remedies that need no training, and write"
          + " the repaired model.",
      "The data is divided: ranges and remedies are fitted on one part, chosen by another, and judged"
          + " on a third. Without -o nothing is written but the report."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate heal bert.onnx --data dev.npz --calibration-data train.npz",
      "  tailgate heal opt.onnx --data dev.npz -o opt-healed.onnx",
      "  tailgate heal opt.onnx --data dev.npz --remedy smoothquant,bias -o opt-smooth.onnx",
      "  tailgate heal vit.onnx --data images/ --scheme w4a8 --max-drop 1%% -o vit-healed.onnx"
    })
public final class HealCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
  private Path model;

  @Option(
      names = "-o",
      paramLabel = "OUT",
      description = {
        "The repaired model, a float model with the inputs and outputs of MODEL. Exceptions are"
            + " written beside it, to OUT.exceptions.json; without -o to the report folder."
      })
  private Optional<Path> target;

  @Mixin private HealOptions heal;

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
    target.ifPresent(file -> FileOptions.refuseSame(spec.commandLine(), model, file));
    Healed healed;
    try (Talk talk = Talk.on(spec.commandLine().getErr(), output.quiet())) {
      healed = Tailgate.heal(request(), talk);
    }
    PrintWriter printer = spec.commandLine().getOut();
    if (output.json()) {
      printer.print(HealResultJson.write(healed.result()));
    } else {
      printer.print(HealText.render(healed.result()));
      written(healed).forEach(line -> printer.println("Wrote " + line));
      healed.command().ifPresent(command -> printer.println("To quantize it: " + command));
    }
    return ExitCode.OK.number();
  }

  private List<String> written(Healed healed) {
    List<String> files = new ArrayList<>();
    files.add("numbers in " + out.path().resolve(Healed.FILE));
    target.ifPresent(file -> files.add("repaired model in " + file));
    healed.exceptions().ifPresent(file -> files.add("exceptions in " + file));
    String audits = healed.audits().size() > 1 ? "audits after and before" : "audit";
    files.add(audits + " in " + out.path().resolve("report.html"));
    return files;
  }

  private HealRequest request() {
    try {
      QuantizationSettings settings = quant.settings(QuantOptions.AUDIT);
      if (settings.estimators().size() > 1) {
        throw new IllegalArgumentException("heal takes one --range-estimator");
      }
      return new HealRequest(
          model,
          target,
          taps.taps(),
          data.request(Amount.Budget.SMALL),
          settings,
          heal.treatment(target.isPresent()),
          heal.sensitivity(),
          heal.maxDrop(),
          heal.kinds(),
          heal.timeLimit(),
          floats.in(run.options()),
          Optional.of(out.path()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
