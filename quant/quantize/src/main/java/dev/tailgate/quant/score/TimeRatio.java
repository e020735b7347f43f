package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Time of a model beside a baseline.
 *
 * <p>Both are loaded with all optimisations, as they would be deployed, and run their first batch
 * in turn, outputs copied to the heap; who goes first changes from round to round. The ratio is the
 * median over the rounds of the ratio of the two neighbours, so that a machine that slows down or
 * speeds up does not enter it. The first runs, which allocate and pack, do not count.
 */
public final class TimeRatio {
  private static final int WARM_UP = 2;

  /** Enough for a median that one disturbed round does not move. */
  private static final int LEAST_ROUNDS = 6;

  private static final int MOST_ROUNDS = 200;
  private static final long ENOUGH = 2_000_000_000L;

  private TimeRatio() {}

  /**
   * Runs both models, for about two seconds or six rounds, whichever is longer.
   *
   * @param samples what they are run on: of each the first batch
   * @return time of {@code model} divided by that of {@code baseline}
   * @throws dev.tailgate.engine.ModelRunException where a model does not run
   */
  public static double measure(Path baseline, Path model, Samples samples, RunnerOptions options) {
    OnnxModel one = OnnxModel.load(baseline);
    OnnxModel other = OnnxModel.load(model);
    RunnerOptions deployed = options.with(RunnerOptions.Optimization.FULL);
    try (ModelRunner first = ModelRunner.open(one, deployed);
        ModelRunner second = ModelRunner.open(other, deployed)) {
      return inTurn(run(first, one, samples), run(second, other, samples), System::nanoTime);
    }
  }

  private static Runnable run(ModelRunner runner, OnnxModel model, Samples samples) {
    Batch batch = samples.open(model).batches().next();
    Set<String> outputs = model.graph().outputNames();
    return () -> runner.run(batch.inputs(), outputs);
  }

  /** The same for any two things, by a clock that counts nanoseconds. */
  static double inTurn(Runnable baseline, Runnable model, LongSupplier clock) {
    for (int i = 0; i < WARM_UP; i++) {
      baseline.run();
      model.run();
    }
    List<Double> ratios = new ArrayList<>();
    long begin = clock.getAsLong();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (round >= LEAST_ROUNDS && round % 2 == 0 && clock.getAsLong() - begin >= ENOUGH) {
        break;
      }
      boolean baselineFirst = round % 2 == 0;
      double former = time(baselineFirst ? baseline : model, clock);
      double latter = time(baselineFirst ? model : baseline, clock);
      ratios.add(baselineFirst ? latter / former : former / latter);
    }
    return median(ratios);
  }

  private static double time(Runnable run, LongSupplier clock) {
    long start = clock.getAsLong();
    run.run();
    return clock.getAsLong() - start;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
