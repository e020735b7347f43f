package dev.tailgate.cli.command;

import dev.tailgate.Tailgate;
import dev.tailgate.cli.console.Talk;
import dev.tailgate.cli.failure.ExitCode;
import dev.tailgate.cli.reference.BuiltInRecipes;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.page.console.FamilyText;
import dev.tailgate.result.FamilyResult;
import dev.tailgate.result.json.FamilyResultJson;
import dev.tailgate.run.recipe.FamilyRequest;
import dev.tailgate.run.recipe.FamilyRun;
import dev.tailgate.run.recipe.Recipe;
import dev.tailgate.run.recipe.RecipeFile;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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

/** {@code tailgate reproduce}: trains a family of models by a recipe. */
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli fills the fields
@Command(
    name = "reproduce",
    sortOptions = false,
    customSynopsis = "tailgate reproduce RECIPE --out DIR [OPTIONS]",
    description = {
      "Train a family of small models from nothing: one architecture on data that is made on the"
          + " way, with several attention methods and seeds.",
      "Writes each model with samples to judge it on, the losses, and family.json with the numbers"
          + " of its audit. A model that is there by the same recipe is not trained again, so a run"
          + " that was broken off goes on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tailgate reproduce opt --out opt",
      "  tailgate reproduce bert --methods vanilla,outeffhop --seeds 1,2,3 --out bert",
      "  tailgate reproduce my-recipe.yaml --jobs 1 --out mine"
    })
public final class ReproduceCommand implements Callable<Integer> {
  private static final String ALL = "all";
  private static final int MOST_SEEDS = 1000;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RECIPE",
      completionCandidates = Recipes.class,
      description = "${COMPLETION-CANDIDATES}, or a YAML file such as theirs.")
  private String recipe;

  @Option(
      names = "--methods",
      split = ",",
      paramLabel = "M",
      defaultValue = ALL,
      description =
          "Attention methods, separated by commas, such as vanilla,outeffhop; or all. Default:"
              + " ${DEFAULT-VALUE}.")
  private List<String> methods;

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "S",
      defaultValue = "1,2,3",
      converter = Bounded.Count.class,
      description =
          "Seeds of weights and batches, one training each for every method. Default:"
              + " ${DEFAULT-VALUE}.")
  private List<Integer> seeds;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "0",
      converter = Bounded.CountOrZero.class,
      description =
          "Trainings at a time, each on one thread; models do not depend on it. Default: 0, as many"
              + " as there are processors.")
  private int jobs;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of models, data and records.")
  private Path out;

  @Mixin private OutputOptions output;

  @Mixin private HelpOption help;

  /** Names of built-in recipes. */
  static final class Recipes extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Recipes() {
      super(BuiltInRecipes.names());
    }
  }

  @Override
  public Integer call() {
    FamilyRequest request = request();
    FamilyResult result;
    try (Talk talk = Talk.on(spec.commandLine().getErr(), output.quiet())) {
      result = Tailgate.reproduce(request, talk);
    }
    PrintWriter printer = spec.commandLine().getOut();
    if (output.json()) {
      printer.print(FamilyResultJson.write(result));
    } else {
      printer.print(FamilyText.render(result));
      printer.println("wrote " + out.resolve(FamilyRun.FILE));
    }
    return ExitCode.OK.number();
  }

  private FamilyRequest request() {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw wrong("--out expects a folder, found the file " + out);
    }
    if (Collections.max(seeds) > MOST_SEEDS || seeds.stream().distinct().count() < seeds.size()) {
      throw wrong("--seeds expects different numbers up to " + MOST_SEEDS + ", found " + seeds);
    }
    FamilyRequest asked = FamilyRequest.of(read(), out).with(chosen(), seeds);
    return jobs > 0 ? asked.withJobs(jobs) : asked;
  }

  private Recipe read() {
    Optional<String> builtIn = BuiltInRecipes.text(recipe);
    if (builtIn.isPresent()) {
      return RecipeFile.parse(builtIn.get(), recipe);
    }
    Path file = Path.of(recipe);
    if (!Files.isRegularFile(file)) {
      throw wrong(
          "expected a YAML file or one of "
              + String.join(", ", BuiltInRecipes.names())
              + ", found '"
              + recipe
              + "'");
    }
    return RecipeFile.read(file);
  }

  private List<Method> chosen() {
    if (methods.equals(List.of(ALL))) {
      return Recipe.METHODS;
    }
    List<String> known = Recipe.METHODS.stream().map(Method::label).toList();
    if (!known.containsAll(methods) || methods.stream().distinct().count() < methods.size()) {
      throw wrong(
          "--methods expects all or some of "
              + String.join(", ", known)
              + ", each once, found "
              + String.join(",", methods));
    }
    return Arrays.stream(Method.values()).filter(m -> methods.contains(m.label())).toList();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
