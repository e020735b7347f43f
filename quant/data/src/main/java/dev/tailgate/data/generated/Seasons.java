package dev.tailgate.data.generated;

import dev.tailgate.data.Task;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * Windows of a series, {@code [history, variables]} and what follows, {@code [horizon, variables]},
 * of one {@link SeasonalSeries}. Held-out windows are spread evenly over a part of its own at the
 * end; their history may reach back before it, as in the protocol of the ETT data.
 */
public final class Seasons implements Generator {
  private final int history;
  private final int horizon;
  private final SeasonalSeries series;

  /** Windows of {@code history + horizon} rows. */
  public Seasons(SeasonalSeries.Shape shape, int history, int horizon) {
    if (history < 1 || horizon < 1 || (long) history + horizon > shape.testRows()) {
      throw new IllegalArgumentException(
          "expected windows that fit into "
              + shape.testRows()
              + " rows, found "
              + history
              + " and "
              + horizon);
    }
    this.history = history;
    this.horizon = horizon;
    this.series = SeasonalSeries.of(shape, horizon);
  }

  @Override
  public Example draw(SplittableRandom random) {
    return window(random.nextInt(series.shape().trainRows() - history - horizon + 1));
  }

  @Override
  public Example heldOut(long index, long count, SplittableRandom random) {
    return window(heldOutStart(index, count));
  }

  private int heldOutStart(long index, long count) {
    int first = series.shape().trainRows() - history;
    int room = series.rows() - first - history - horizon + 1;
    return first + (int) (index * Math.max(1, room / count) % room);
  }

  private Example window(int start) {
    return new Example(
        Map.of("x", series.window(start, history)),
        series.window(start + history, horizon),
        Optional.empty(),
        -1);
  }

  /** The mean squared error of one who knows seasons, levels and the events so far. */
  @Override
  public OptionalDouble floor(GeneratedSource heldOut) {
    double sum = 0;
    for (long place = 0; place < heldOut.samples(); place++) {
      int start = heldOutStart(place, heldOut.samples());
      sum += series.oracleError(start + history - 1, horizon);
    }
    return OptionalDouble.of(sum / heldOut.samples());
  }

  @Override
  public Map<String, Integer> sizes() {
    return Map.of("history", history, "horizon", horizon, "variables", series.shape().variables());
  }

  @Override
  public Task task() {
    return Task.REGRESSION;
  }

  @Override
  public String description() {
    return "windows of " + history + " and " + horizon + " rows of " + series.description();
  }
}
