package dev.tailgate.run.recipe;

import dev.tailgate.quant.measure.RunProgress;
import java.util.HashMap;
import java.util.Map;

/**
 * The progress of several trainings at once as one: steps are added up, and lines come with the
 * name of their model. Models are trained by several threads, of which the listener hears one at a
 * time.
 */
final class FamilyProgress {
  private static final String TRAINING = "training";

  private final RunProgress whole;
  private final String stage;
  private final long steps;
  private final Map<String, Long> made = new HashMap<>();

  /** Of {@code models} trainings of {@code each} steps. */
  FamilyProgress(RunProgress whole, String family, int models, long each) {
    this.whole = whole;
    this.stage = TRAINING + " " + family;
    this.steps = models * each;
  }

  /** What one model reports to. */
  RunProgress of(String model) {
    return new RunProgress() {
      @Override
      public void at(String ownStage, long done, long total) {
        if (ownStage.equals(TRAINING)) {
          step(model, done);
        }
      }

      @Override
      public void say(String line) {
        FamilyProgress.this.say(model + ": " + line);
      }

      @Override
      public boolean cancelled() {
        return whole.cancelled();
      }
    };
  }

  private synchronized void step(String model, long done) {
    made.put(model, done);
    long all = made.values().stream().mapToLong(Long::longValue).sum();
    whole.at(stage, all, steps);
  }

  /** One line. */
  synchronized void say(String line) {
    whole.say(line);
  }
}
