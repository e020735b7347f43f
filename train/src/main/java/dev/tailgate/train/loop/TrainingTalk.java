package dev.tailgate.train.loop;

import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.train.checkpoint.LoopState;
import java.time.Duration;
import java.util.Locale;

/** What is said on the way: loss, speed and the time that is left, and each held-out score. */
final class TrainingTalk {
  private static final long EVERY_NANOS = Duration.ofSeconds(30).toNanos();

  private final RunProgress progress;
  private final long steps;
  private long at;
  private long step;
  private long tokens;
  private long samples;

  TrainingTalk(RunProgress progress, long steps, LoopState start) {
    this.progress = progress;
    this.steps = steps;
    mark(start);
  }

  private void mark(LoopState state) {
    at = System.nanoTime();
    step = state.step();
    tokens = state.tokens();
    samples = state.samples();
  }

  void step(LoopState state) {
    progress.at("training", state.step(), steps);
    long now = System.nanoTime();
    if (now - at > EVERY_NANOS) {
      double seconds = (now - at) / 1e9;
      boolean hasTokens = state.tokens() > tokens;
      double rate = (hasTokens ? state.tokens() - tokens : state.samples() - samples) / seconds;
      long left = Math.round(seconds * (steps - state.step()) / Math.max(1, state.step() - step));
      progress.say(
          String.format(
              Locale.ROOT,
              "step %d of %d: loss %.5g, %.0f %s/s, %s left",
              state.step(),
              steps,
              state.points().get(state.points().size() - 1).loss(),
              rate,
              hasTokens ? "tokens" : "samples",
              time(left)));
      mark(state);
    }
  }

  private static String time(long seconds) {
    return seconds < 90
        ? seconds + " s"
        : seconds < 5400
            ? seconds / 60 + " min"
            : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }

  void scored(long step, String metric, double value, boolean isBest) {
    progress.say(
        String.format(
            Locale.ROOT,
            "step %d: held-out %s %.5g%s",
            step,
            metric,
            value,
            isBest ? ", the best so far" : ""));
  }
}
