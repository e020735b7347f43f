package dev.tailgate.cli.command;

import dev.tailgate.train.loop.LoopPlan;
import dev.tailgate.train.optimiser.Schedule;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How many steps a training makes, and at which rate. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class StepOptions {
  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "500",
      converter = Bounded.Count.class,
      description = "Updates of the weights. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--lr",
      paramLabel = "R",
      defaultValue = "5e-4",
      description = "The largest learning rate. Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      converter = Bounded.CountOrZero.class,
      description = "Steps in which the learning rate grows from 0. Default: a tenth of all.")
  private Optional<Integer> warmUp;

  /** The plan with batches of {@code rows} and a checkpoint every so many steps. */
  LoopPlan plan(int rows, long seed, int checkpointEvery) {
    Schedule schedule =
        new Schedule(Schedule.Shape.LINEAR, rate, warmUp.orElse(steps / 10), Math.max(1, steps), 0);
    return new LoopPlan(schedule, rows, seed, Math.max(1, steps / 10), 0, checkpointEvery);
  }
}
