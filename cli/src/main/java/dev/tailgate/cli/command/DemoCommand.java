package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.console.Talk;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.cli.reference.ReferenceFamily;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.page.console.MethodTable;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.MethodRun;
import dev.tailgate.result.json.ComparisonJson;
import dev.tailgate.run.audit.AuditRequest;
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

/** {@code tailgate demo}: six attention methods side by side, from the built-in models. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "Audit the models that come with Tailgate: for each FAMILY the same small transformer,"
          + " trained with six attention methods.",
      "Prints the columns of the papers' tables and writes a report with the six side by side, of"
          + " several families one in a folder each, and the files of 'tailgate compare'."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate demo",
      "  tailgate demo bert opt --seeds 1 --out demo",
      "  tailgate demo all --samples 128 --format json"
    })
public final class DemoCommand implements Callable<Integer> {
  /** What the paper's protocol calibrates on: 16 batches, here of 8. */
  private static final int BATCH = 8;

  private static final int HELD_OUT = 512;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "FAMILY",
      converter = Choice.Families.class,
      completionCandidates = Choice.Families.class,
      description = "${COMPLETION-CANDIDATES}. Default: opt.")
  private List<String> families = List.of();

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "S",
      description = {
        "Seeds of training to show, such as 1 or 1,2. Of several, numbers are means with their"
            + " spread. Default: all that a family has."
      })
  private List<Integer> seeds = List.of();

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "" + HELD_OUT,
      converter = Bounded.Count.class,
      description = "Held-out samples to evaluate. Default: ${DEFAULT-VALUE}, all there are.")
  private int samples;

  @Mixin private QuantOptions quant;

  @Mixin private RunOptions run;

  @Mixin private ReportFolder out;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    refuseContradictions();
    List<ReferenceFamily> asked = asked();
    List<MethodRun> runs = new ArrayList<>();
    List<Path> reports = new ArrayList<>();
    try (Talk talk = Talk.on(spec.commandLine().getErr(), output.quiet())) {
      for (ReferenceFamily family : asked) {
        List<MethodRun> ofFamily = audit(family, talk);
        runs.addAll(ofFamily);
        Path folder = asked.size() == 1 ? out.path() : out.path().resolve(family.label());
        int first = seeds(family).get(0);
        reports.add(
            Tailgate.report(
                ofFamily.stream()
                    .filter(method -> method.seed() == first)
                    .map(MethodRun::result)
                    .toList(),
                folder));
      }
    }
    print(Comparison.of(runs, Comparison.BASELINE), reports);
    return ExitCode.OK.number();
  }

  private void refuseContradictions() {
    for (ReferenceFamily family : asked()) {
      List<Integer> known = family.seeds();
      if (!known.containsAll(seeds) || seeds.stream().distinct().count() < seeds.size()) {
        throw new ParameterException(
            spec.commandLine(),
            "--seeds expects some of " + known + " for " + family.label() + ", found " + seeds);
      }
    }
    out.requireFolder(spec);
  }

  private List<Integer> seeds(ReferenceFamily family) {
    return seeds.isEmpty() ? family.seeds() : seeds;
  }

  private List<ReferenceFamily> asked() {
    if (families.contains(Choice.Families.ALL)) {
      return List.of(ReferenceFamily.values());
    }
    List<String> names = families.isEmpty() ? List.of("opt") : families;
    return names.stream()
        .distinct()
        .map(name -> ReferenceFamily.byLabel(name).orElseThrow())
        .toList();
  }

  private List<MethodRun> audit(ReferenceFamily family, Talk talk) {
    ReferenceFamily.Unpacked files = family.unpack(out.path());
    DataRequest request =
        new DataRequest(Optional.of(files.heldOut()), Optional.empty(), samples, BATCH, 128, 0);
    Samples data = new Samples(request, Optional.of(DataSpec.of(files.calibration())));
    List<MethodRun> runs = new ArrayList<>();
    for (String method : ReferenceFamily.METHODS) {
      for (int seed : seeds(family)) {
        Path model = files.model(method, seed);
        AuditRequest audit =
            new AuditRequest(
                model,
                data,
                family.taps(),
                Optional.of(quant.settings(QuantOptions.AUDIT)),
                run.options(),
                true,
                Optional.empty());
        runs.add(
            new MethodRun(
                family.label(),
                method,
                seed,
                Tailgate.audit(audit, talk.about(family.label() + " " + method + " " + seed))));
      }
    }
    return runs;
  }

  private void print(Comparison comparison, List<Path> reports) {
    PrintWriter text = spec.commandLine().getOut();
    List<Path> files = new ArrayList<>(reports);
    files.addAll(Tailgate.report(comparison, out.path()));
    if (output.json()) {
      text.print(ComparisonJson.write(comparison));
      return;
    }
    text.print(MethodTable.render(comparison));
    files.forEach(file -> text.println("wrote " + file));
  }
}
