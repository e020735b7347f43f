package dev.tailgate.cli.command;

import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.SiteSelection;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailgate rewrite}: another attention for a model. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(name = "rewrite", sortOptions = false, description = "Rewrite the attention of MODEL.")
public final class RewriteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
  private Path model;

  @Mixin private MethodOptions method;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "OUT",
      description = "The file to write.")
  private Path out;

  @Option(
      names = "--sites",
      paramLabel = "LIST",
      defaultValue = "all",
      description = "Which sites.")
  private String sites;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    try {
      RewriteResult result =
          AttentionRewriter.rewrite(
              OnnxModel.load(model), method.spec(0), SiteSelection.parse(sites));
      result.model().save(out);
      result
          .sites()
          .forEach(site -> spec.commandLine().getOut().println(site.id() + " " + site.outcome()));
      return ExitCode.OK.number();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
