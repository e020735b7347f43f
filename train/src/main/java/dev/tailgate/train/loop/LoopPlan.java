package dev.tailgate.train.loop;

import dev.tailgate.train.optimiser.Schedule;

/**
 * How long a training goes on, and what happens on the way.
 *
 * @param schedule the learning rate of each step, and how many steps there are
 * @param rows rows of a batch; a pair of texts is two
 * @param seed draws the order of samples
 * @param evaluateEvery steps between two scores on held-out samples; the first and the last step
 *     are scored in any case
 * @param patience scores in a row that are no better than the best before the training ends early;
 *     0 goes on to the last step
 * @param checkpointEvery steps between two checkpoints; 0 writes them at an interrupt only
 */
public record LoopPlan(
    Schedule schedule,
    int rows,
    long seed,
    long evaluateEvery,
    int patience,
    long checkpointEvery) {
  /** Refuses numbers outside their ranges. */
  public LoopPlan {
    if (rows < 1 || evaluateEvery < 1 || patience < 0 || checkpointEvery < 0) {
      throw new IllegalArgumentException(
          "A training of "
              + rows
              + " rows a batch, scored every "
              + evaluateEvery
              + " steps with a patience of "
              + patience
              + " and a checkpoint every "
              + checkpointEvery);
    }
  }

  /** Batches of 16 rows, a score every tenth of the way, no early end, a checkpoint every 100. */
  public static LoopPlan of(Schedule schedule) {
    return new LoopPlan(schedule, 16, 0, Math.max(1, schedule.steps() / 10), 0, 100);
  }

  /** How many steps there are at most. */
  public long steps() {
    return schedule.steps();
  }
}
