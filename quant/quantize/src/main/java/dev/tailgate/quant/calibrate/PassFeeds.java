package dev.tailgate.quant.calibrate;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.stats.PercentileTails;
import dev.tailgate.stats.Range;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the inputs that tell {@link CalibrationPass} what was found before. */
final class PassFeeds {
  /**
   * Values a tail has beyond its share of all: one for counting from 1, one for interpolation, one
   * for what the share loses to rounding.
   */
  private static final int SPARE = 3;

  private static final double LONGEST = 1 << 30;

  private PassFeeds() {}

  /**
   * The inputs for the next batch.
   *
   * @param bounds of the tails, a lower and an upper one for each point
   */
  static Map<String, Tensor> of(PassRequest request, List<PointState> states, float[] bounds) {
    Map<String, Tensor> feeds = new LinkedHashMap<>();
    if (request.needs().tails().isPresent()) {
      long[] lengths = new long[states.size()];
      for (int i = 0; i < states.size(); i++) {
        lengths[i] = states.get(i).tails().map(PercentileTails::k).orElse(1);
      }
      feeds.put(CalibrationPass.BOUNDS, Tensor.ofFloats(bounds, bounds.length));
      feeds.put(CalibrationPass.TAILS, Tensor.ofLongs(lengths, lengths.length));
    }
    if (request.sequential()) {
      addRanges(feeds, states, request);
    }
    return feeds;
  }

  /** What was found so far bounds the tails; before anything was, nothing is let out. */
  static float[] bounds(List<PointState> states) {
    float[] bounds = new float[2 * states.size()];
    for (int i = 0; i < states.size(); i++) {
      Optional<PercentileTails> tails = states.get(i).tails();
      bounds[2 * i] = tails.map(PercentileTails::lowBound).orElse(Float.NEGATIVE_INFINITY);
      bounds[2 * i + 1] = tails.map(PercentileTails::highBound).orElse(Float.POSITIVE_INFINITY);
    }
    return bounds;
  }

  /**
   * Length of the tails of a point.
   *
   * @param size elements of the first batch, padding included
   * @param share values of a tail for each of them
   * @throws CalibrationException where that is more than an array holds
   */
  static int tailLength(long size, double share, String tensor) {
    double length = SPARE + Math.floor(size * share);
    if (length > LONGEST) {
      throw new CalibrationException(
          "Failed to calibrate: the percentile of tensor "
              + Printable.of(tensor)
              + " needs more values at an end than fit into memory. Ask for a percentile nearer to"
              + " 100, or give fewer samples.");
    }
    return (int) length;
  }

  private static void addRanges(
      Map<String, Tensor> feeds, List<PointState> states, PassRequest request) {
    float[] ranges = new float[2 * states.size()];
    Tensor first = Tensor.allocate(ElementType.BOOL, states.size());
    RangeEstimator estimator = request.needs().estimators().get(0);
    for (int i = 0; i < states.size(); i++) {
      Range range = states.get(i).range(estimator, request.scheme());
      first.data().put(i, (byte) (range.isEmpty() ? 1 : 0));
      ranges[2 * i] = range.isEmpty() ? 0 : (float) range.min();
      ranges[2 * i + 1] = range.isEmpty() ? 0 : (float) range.max();
    }
    feeds.put(CalibrationPass.RANGES, Tensor.ofFloats(ranges, ranges.length));
    feeds.put(CalibrationPass.FIRST, first);
  }
}
