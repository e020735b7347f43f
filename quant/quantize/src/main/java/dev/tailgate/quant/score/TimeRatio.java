package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ReadableOutputs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.contest.Contest;
import dev.tailgate.quant.contest.Contestant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongSupplier;

/**
 * Time of a model beside a baseline.
 *
 * <p>Both are loaded with all optimisations, as they would be deployed, and run one batch in turn,
 * outputs copied to the heap; who goes first changes from round to round. The ratio is the median
 * over the rounds of the ratio of the two neighbours, so that a machine that slows down or speeds
 * up does not enter it. The first runs, which allocate and pack, do not count.
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
   * @param samples what they are run on: of each a batch of middling length
   * @return time of {@code model} divided by that of {@code baseline}
   * @throws dev.tailgate.engine.ModelRunException where a model does not run
   */
  public static double measure(Path baseline, Path model, Samples samples, RunnerOptions options) {
    OnnxModel one = OnnxModel.load(baseline);
    OnnxModel other = OnnxModel.load(model);
    RunnerOptions deployed = options.with(RunnerOptions.Optimization.FULL);
    Batch batch = typical(one, samples, options);
    return inTurn(
        contestant("baseline", one, deployed),
        contestant("model", other, deployed).on(typical(other, samples, options)),
        batch,
        System::nanoTime);
  }

  private static Batch typical(OnnxModel model, Samples samples, RunnerOptions options) {
    return samples.open(model, options).typical();
  }

  private static Contestant contestant(String name, OnnxModel model, RunnerOptions options) {
    return Contestant.of(name, model, ReadableOutputs.of(model.graph()).names(), options);
  }

  /** The same for any two contestants, by a clock that counts nanoseconds. */
  static double inTurn(Contestant baseline, Contestant model, Batch batch, LongSupplier clock) {
    List<Double> ratios = new ArrayList<>();
    try (Contest contest =
        Contest.takingTurns(baseline, () -> new Rounds(batch, clock), WARM_UP, clock)) {
      contest.run(
          List.of(model),
          round -> ratios.add(round.seconds(model.name()) / round.seconds(baseline.name())));
    }
    return median(ratios.subList(WARM_UP, ratios.size()));
  }

  /** The same batch until the median is steady; both have gone first equally often then. */
  private static final class Rounds implements Iterator<Batch> {
    private final Batch batch;
    private final LongSupplier clock;
    private int played;
    private long begin;

    Rounds(Batch batch, LongSupplier clock) {
      this.batch = batch;
      this.clock = clock;
    }

    @Override
    public boolean hasNext() {
      int counted = played - WARM_UP;
      return counted < LEAST_ROUNDS
          || (counted < MOST_ROUNDS && (counted % 2 != 0 || clock.getAsLong() - begin < ENOUGH));
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("enough rounds");
      }
      begin = played == WARM_UP ? clock.getAsLong() : begin;
      played++;
      return batch;
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
