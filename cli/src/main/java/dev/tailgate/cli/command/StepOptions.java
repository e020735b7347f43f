package dev.tailgate.cli.command;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** How many steps a training makes, and at which rate; empty for what the command does itself. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class StepOptions {
  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = Bounded.Count.class,
      description =
          "Updates of the weights. Default: as many as --epochs has with train, 500 with cure.")
  private Optional<Integer> steps;

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "The largest learning rate. Default: 5e-5 with train, 5e-4 with cure.")
  private Optional<Double> rate;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      converter = Bounded.CountOrZero.class,
      description = "Steps in which the learning rate grows from 0. Default: a tenth of all.")
  private Optional<Integer> warmUp;

  OptionalLong steps() {
    return steps.stream().mapToLong(Integer::longValue).findFirst();
  }

  OptionalDouble rate() {
    return rate.stream().mapToDouble(Double::doubleValue).findFirst();
  }

  OptionalLong warmUp() {
    return warmUp.stream().mapToLong(Integer::longValue).findFirst();
  }
}
