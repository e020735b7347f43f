package dev.tailgate.run.recipe;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.method.Method;
import java.nio.file.Path;
import java.util.List;

/**
 * Which models of a recipe to train, and where to put them. Begin with {@link #of}.
 *
 * @param recipe how they are trained
 * @param out the folder of models, data and records
 * @param methods of attention
 * @param seeds of weights and batches, one training each
 * @param jobs trainings at a time, each with one thread
 * @param options where models run
 */
public record FamilyRequest(
    Recipe recipe,
    Path out,
    List<Method> methods,
    List<Integer> seeds,
    int jobs,
    RunnerOptions options) {
  /** Copies the lists, and refuses numbers outside their ranges. */
  public FamilyRequest {
    methods = List.copyOf(methods);
    seeds = List.copyOf(seeds);
    if (methods.isEmpty() || seeds.isEmpty() || jobs < 1) {
      throw new IllegalArgumentException("expected methods, seeds and a job or more");
    }
  }

  /** All methods with seed 1, as many at a time as there are processors. */
  public static FamilyRequest of(Recipe recipe, Path out) {
    return new FamilyRequest(
        recipe,
        out,
        Recipe.METHODS,
        List.of(1),
        Runtime.getRuntime().availableProcessors(),
        RunnerOptions.DEFAULT);
  }

  /** The same for other methods and seeds. */
  public FamilyRequest with(List<Method> others, List<Integer> otherSeeds) {
    return new FamilyRequest(recipe, out, others, otherSeeds, jobs, options);
  }

  /** The same with so many trainings at a time. */
  public FamilyRequest withJobs(int atATime) {
    return new FamilyRequest(recipe, out, methods, seeds, atATime, options);
  }

  /** The same with models run otherwise. */
  public FamilyRequest with(RunnerOptions other) {
    return new FamilyRequest(recipe, out, methods, seeds, jobs, other);
  }
}
