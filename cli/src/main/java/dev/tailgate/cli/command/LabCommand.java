package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.console.Talk;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.lab.Experiments;
import dev.tailgate.lab.LabRequest;
import dev.tailgate.page.console.LabText;
import dev.tailgate.result.json.LabResultJson;
import dev.tailgate.result.lab.LabResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
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

/** {@code tailgate lab}: experiments on the OutEffHop memory. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "lab",
    sortOptions = false,
    description = {
      "Experiment on the associative memory of the OutEffHop paper: its theorems on random draws, what"
          + " it retrieves and stores, beside the dense and the sparse memories.",
      "Writes a page that says what is proven, what was measured, and where the methods do not"
          + " differ. Without --data, on patterns and digits that are drawn."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate lab",
      "  tailgate lab bounds noop --seed 7",
      "  tailgate lab protocol --data t10k-images-idx3-ubyte.gz --out mnist"
    })
public final class LabCommand implements Callable<Integer> {
  private static final String ALL = "all";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "EXPERIMENT",
      completionCandidates = Names.class,
      description = "${COMPLETION-CANDIDATES}. Default: all.")
  private List<String> experiments = List.of();

  @Option(
      names = "--data",
      paramLabel = "D",
      description =
          "Patterns of your own: an .npz or .npy [N, ..], an IDX file, a CIFAR .bin, or a folder of"
              + " pictures.")
  private Optional<Path> data;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "What all draws follow from. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private RunOptions run;

  @Mixin private ReportFolder out;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  /** The names that there are. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      List<String> names = new ArrayList<>(Experiments.names());
      names.add(ALL);
      return names.iterator();
    }
  }

  @Override
  public Integer call() {
    out.requireFolder(spec);
    LabRequest request = request();
    LabResult result;
    try (Talk talk = Talk.on(spec.commandLine().getErr(), output.quiet())) {
      result = Tailgate.lab(request, talk);
    }
    List<Path> files = Tailgate.report(result, out.path());
    PrintWriter printer = spec.commandLine().getOut();
    if (output.json()) {
      printer.print(LabResultJson.write(result));
    } else {
      printer.print(LabText.render(result));
      files.forEach(file -> printer.println("wrote " + file));
    }
    return ExitCode.OK.number();
  }

  private LabRequest request() {
    try {
      return new LabRequest(
          experiments.contains(ALL) ? List.of() : experiments, seed, data, run.options());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
