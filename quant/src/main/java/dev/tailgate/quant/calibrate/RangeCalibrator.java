package dev.tailgate.quant.calibrate;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.data.DataSource;
import dev.tailgate.quant.data.Tensor;
import dev.tailgate.quant.measure.TapRun;
import dev.tailgate.quant.qdq.QuantPoint;
import dev.tailgate.quant.qdq.Quantizer;
import dev.tailgate.quant.runtime.ModelRunner;
import dev.tailgate.quant.runtime.RunnerOptions;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/** Estimates the ranges of activations over calibration batches. */
public final class RangeCalibrator {
  private final RangeEstimator estimator;
  private final boolean sequential;
  private final TensorScheme scheme;
  private final RunnerOptions options;

  /**
   * @param sequential whether later layers see quantized inputs while their ranges are estimated,
   *     as the papers' code does, or float ones
   */
  public RangeCalibrator(
      RangeEstimator estimator, boolean sequential, TensorScheme scheme, RunnerOptions options) {
    this.estimator = estimator;
    this.sequential = sequential;
    this.scheme = scheme;
    this.options = options;
  }

  /**
   * Runs up to {@code batches} batches.
   *
   * @param model the float model
   * @param weights grids of the weights; empty leaves weights float
   * @param progress hears the number of finished batches
   * @return a range for each point, in the order given
   * @throws CalibrationException when a range is not finite
   */
  public Map<QuantPoint.Activation, Range> run(
      OnnxModel model,
      List<QuantPoint.Activation> points,
      Map<QuantPoint, Quantizer> weights,
      DataSource data,
      int batches,
      LongConsumer progress) {
    if (points.isEmpty()) {
      return Map.of();
    }
    try (Session session = open(model, points, weights, data.hasPadding())) {
      Iterator<Batch> iterator = data.batches();
      while (iterator.hasNext() && session.batches() < batches) {
        session.accept(iterator.next());
        progress.accept(session.batches());
      }
      return session.ranges();
    }
  }

  /** Opens an estimation that is fed batch by batch. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // closed with the session
  public Session open(
      OnnxModel model,
      List<QuantPoint.Activation> points,
      Map<QuantPoint, Quantizer> weights,
      boolean padded) {
    CalibrationPass.Calibrating calibrating =
        CalibrationPass.apply(model, points, weights, estimator, sequential, padded, scheme);
    return new Session(
        ModelRunner.open(calibrating.model(), options), calibrating.updated(), points);
  }

  /** A running estimation. Its whole state is two numbers a point. */
  public static final class Session implements AutoCloseable {
    private final ModelRunner runner;
    private final String updated;
    private final List<QuantPoint.Activation> points;
    private float[] ranges;
    private int batches;

    private Session(ModelRunner runner, String updated, List<QuantPoint.Activation> points) {
      this.runner = runner;
      this.updated = updated;
      this.points = points;
      this.ranges = new float[points.size() * 2];
    }

    /**
     * Runs one batch and updates the ranges.
     *
     * @throws CalibrationException when a range is not finite
     */
    public void accept(Batch batch) {
      Map<String, Tensor> feeds = TapRun.feeds(batch);
      feeds.put(CalibrationPass.RANGES, Tensor.ofFloats(ranges, points.size(), 2));
      feeds.put(CalibrationPass.FIRST, flag(batches == 0));
      ranges = runner.run(feeds, Set.of(updated)).values().iterator().next().toFloats();
      requireFinite(ranges, points, batch);
      batches++;
    }

    /** Number of batches taken in. */
    public int batches() {
      return batches;
    }

    /** Ranges so far, in the order of the points. */
    public Map<QuantPoint.Activation, Range> ranges() {
      if (batches == 0) {
        throw new CalibrationException(
            "Failed to calibrate: expected at least one batch, found none. Give more data.");
      }
      Map<QuantPoint.Activation, Range> result = new LinkedHashMap<>();
      for (int i = 0; i < points.size(); i++) {
        result.put(points.get(i), new Range(ranges[2 * i], ranges[2 * i + 1]));
      }
      return result;
    }

    @Override
    public void close() {
      runner.close();
    }
  }

  private static Tensor flag(boolean value) {
    Tensor tensor = Tensor.allocate(ElementType.BOOL, 1);
    tensor.data().put(0, (byte) (value ? 1 : 0));
    return tensor;
  }

  private static void requireFinite(
      float[] ranges, List<QuantPoint.Activation> points, Batch batch) {
    for (int i = 0; i < ranges.length; i++) {
      if (!Float.isFinite(ranges[i])) {
        QuantPoint.Activation point = points.get(i / 2);
        throw new CalibrationException(
            "Failed to calibrate: expected a finite range, found "
                + ranges[i]
                + " for tensor "
                + Printable.of(point.tensor())
                + " ("
                + point.role()
                + ") in samples "
                + batch.firstSample()
                + " to "
                + (batch.firstSample() + batch.samples() - 1)
                + ". Audit with --no-quantize to see where NaN and infinities come from.");
      }
    }
  }
}
