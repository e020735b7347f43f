package dev.tailgate.quant.calibrate;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.TensorScheme;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One pass of a calibration over an open session, for benchmarks. */
public final class OpenCalibration implements AutoCloseable {
  private final CalibrationSession session;
  private final int points;

  private OpenCalibration(CalibrationSession session, int points) {
    this.session = session;
    this.points = points;
  }

  /** Opens it with the papers' placement and grid. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // the session is closed by close()
  public static OpenCalibration open(
      ModelMap map, List<RangeEstimator> estimators, int samples, RunnerOptions options) {
    ShapeProbe shapes =
        ShapeProbe.on(any -> DataSources.open(any, DataRequest.synthetic(2, 2, 7, 0)), options);
    List<QuantPoint.Activation> points = Plan.of(map, QuantizationSettings.PAPERS).probe(shapes);
    CalibrationSettings settings =
        CalibrationSettings.of(estimators, false, TensorScheme.papersActivations(8));
    PassRequest request = PassRequest.of(settings, map, points, Map.of(), false);
    return new OpenCalibration(
        new CalibrationSession(request, options, samples, Optional.empty()), points.size());
  }

  /** Runs one batch and takes it in. */
  public void accept(Batch batch) {
    session.accept(batch);
  }

  /** Number of points that are calibrated. */
  public int points() {
    return points;
  }

  @Override
  public void close() {
    session.close();
  }
}
