package dev.tailgate.quant.calibrate;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.quant.measure.TapRun;
import dev.tailgate.stats.PercentileTails;
import dev.tailgate.stats.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Runs the batches of one pass and keeps what they say of each point. Memory does not grow with
 * their number.
 */
final class CalibrationSession implements AutoCloseable {
  private final PassRequest request;
  private final double samples;
  private final List<PointState> states = new ArrayList<>();
  private final PassRunner runner;
  private final HistogramFeed histograms;
  private final double[] firstSizes;
  private OptionalDouble shortage = OptionalDouble.empty();
  private int batches;

  /**
   * Loads the model of the pass.
   *
   * @param samples number of samples to come, at most; tails are made for so many of the size of
   *     those in the first batch
   * @param earlier goes on from there
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // the runner is closed by close()
  CalibrationSession(
      PassRequest request,
      RunnerOptions options,
      double samples,
      Optional<CalibrationState.Pass> earlier) {
    this.request = request;
    this.samples = samples;
    this.firstSizes = new double[request.points().size()];
    this.batches = earlier.map(CalibrationState.Pass::batches).orElse(0);
    for (int i = 0; i < request.points().size(); i++) {
      int point = i;
      states.add(
          earlier
              .map(e -> PointState.of(request.needs(), e.points().get(point)))
              .orElseGet(() -> new PointState(request.needs())));
    }
    this.runner = new PassRunner(request, options, earlier);
    this.histograms = new HistogramFeed(options.threads());
  }

  /**
   * Runs one batch and takes it in. With tails to keep, the first one is run once more: how long
   * they are, and what can be in them, follows from the first run.
   */
  void accept(Batch batch) {
    boolean needsTails = batches == 0 && request.needs().tails().isPresent();
    PassResults results = run(batch, PassFeeds.bounds(states), !needsTails);
    if (needsTails) {
      results = run(batch, settleTails(results, batch), true);
    }
    List<PassResults.OfPoint> readings = results.readings(states);
    for (int i = 0; i < states.size(); i++) {
      states.get(i).accept(readings.get(i));
      noteShortage(i, (double) results.point(i).size() / batch.rows());
    }
    batches++;
  }

  private float[] settleTails(PassResults results, Batch batch) {
    double share = (1 - request.needs().tails().orElseThrow() / 100) * samples / batch.rows();
    float[] bounds = new float[2 * states.size()];
    for (int i = 0; i < states.size(); i++) {
      SliceReading slices = results.point(i);
      int k = PassFeeds.tailLength(slices.size(), share, request.points().get(i).tensor());
      states.get(i).keepTails(k);
      firstSizes[i] = (double) slices.size() / batch.rows();
      bounds[2 * i] = slices.lowBound(k);
      bounds[2 * i + 1] = slices.highBound(k);
    }
    return bounds;
  }

  private PassResults run(Batch batch, float[] bounds, boolean bins) {
    Map<String, Tensor> inputs = TapRun.feeds(batch);
    inputs.putAll(PassFeeds.of(request, states, bounds));
    PassResults results = bins ? runner.run(inputs, batch, this::bin) : runner.run(inputs, batch);
    histograms.finish();
    return results;
  }

  private void bin(PassResults results, int point, Tensor values) {
    Range good = results.point(point).extremes();
    states.get(point).histogram().ifPresent(h -> histograms.add(h, values, good));
  }

  /** Whether the last batch made the data too long for the tails. */
  private void noteShortage(int point, double size) {
    OptionalDouble percent = request.needs().tails();
    long count = states.get(point).count();
    if (percent.isPresent() && count > 0) {
      PercentileTails tails = states.get(point).tails().orElseThrow();
      if (PercentileTails.tailSizeFor(percent.getAsDouble(), count) > tails.k()) {
        double growth = firstSizes[point] > 0 ? size / firstSizes[point] : 1;
        shortage = OptionalDouble.of(Math.max(shortage.orElse(2), growth));
      }
    }
  }

  /**
   * Where later samples turned out so much larger than those of the first batch that the tails
   * cannot hold the percentiles: by how much to raise the number of samples and begin again.
   */
  OptionalDouble shortage() {
    return shortage;
  }

  /** All that is known, as plain data. */
  CalibrationState.Pass snapshot() {
    return new CalibrationState.Pass(
        batches,
        runner.changes(),
        runner.careful(),
        states.stream().map(PointState::snapshot).toList());
  }

  /** Number of batches taken in. */
  int batches() {
    return batches;
  }

  /** What is known of each point, in order. */
  List<PointState> states() {
    return states;
  }

  @Override
  public void close() {
    histograms.close();
    runner.close();
  }
}
