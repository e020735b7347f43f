package dev.tailgate.cli.command;

import dev.tailgate.page.console.GlossaryText;
import dev.tailgate.result.glossary.Glossary;
import dev.tailgate.result.json.GlossaryJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tailgate glossary}: what the numbers mean and what a gate can bound. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "glossary",
    description = {
      "Print every metric with its formula, unit, reading and source, and what of it a gate can"
          + " bound, with the bounds that hold where no rules are given."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  tailgate glossary", "  tailgate glossary --format json"})
public final class GlossaryCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public void run() {
    spec.commandLine()
        .getOut()
        .print(
            output.json() ? GlossaryJson.write(Glossary.ALL) : GlossaryText.render(Glossary.ALL));
  }
}
