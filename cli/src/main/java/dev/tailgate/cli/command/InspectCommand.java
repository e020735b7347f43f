package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.page.console.InspectionText;
import dev.tailgate.result.Inspection;
import dev.tailgate.result.json.ReportJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailgate inspect}: what is in a model, without running it. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "inspect",
    description = {
      "Print attention sites, taps, opset, sizes, inputs and outputs of MODEL.",
      "Every softmax that is not an attention site is listed with the reason. Nothing is run."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  tailgate inspect bert.onnx", "  tailgate inspect bert.onnx --format json"})
public final class InspectCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
  private Path model;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    Inspection inspection = Tailgate.inspect(model);
    if (output.json()) {
      out.print(ReportJson.write(inspection));
    } else {
      out.print(InspectionText.render(inspection));
    }
  }
}
