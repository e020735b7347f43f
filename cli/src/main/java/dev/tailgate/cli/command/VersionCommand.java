package dev.tailgate.cli.command;

import dev.tailgate.cli.version.Versions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tailgate version}: the same lines as {@code --version}. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "version",
    description = "Print the versions of Tailgate, ONNX Runtime and Java.",
    footerHeading = "%nExamples:%n",
    footer = "  tailgate version")
public final class VersionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Mixin private HelpOption help;

  @Override
  public void run() {
    for (String line : new Versions().getVersion()) {
      spec.commandLine().getOut().println(line);
    }
  }
}
