package dev.tailgate.lab;

import dev.tailgate.engine.RunnerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which experiments to make, and on what. Begin with {@link #ALL}.
 *
 * @param experiments names, in the order in which they are made; empty makes all
 * @param seed what all draws follow from
 * @param data pictures, rows of numbers or bags of the user; empty takes what is built in
 * @param options where and how graphs run
 */
public record LabRequest(
    List<String> experiments, long seed, Optional<Path> data, RunnerOptions options) {
  /** Everything on what is built in. */
  public static final LabRequest ALL =
      new LabRequest(List.of(), 0, Optional.empty(), RunnerOptions.DEFAULT);

  /** Copies the list, and refuses names that there are none of. */
  public LabRequest {
    experiments = List.copyOf(experiments);
    for (String name : experiments) {
      if (Experiments.ALL.stream().noneMatch(experiment -> experiment.id().equals(name))) {
        throw new IllegalArgumentException(
            "expected an experiment of " + Experiments.names() + ", found " + name);
      }
    }
  }
}
