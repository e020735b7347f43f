package dev.tailgate.quant.calibrate;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.stats.DyadicHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Splits points, in their order, over as many passes as a memory limit asks for.
 *
 * <pre>
 *   a point takes   512                 running ranges, counts of faults
 *                 + 16 k                two tails of k values, once kept and once arriving
 *                 + 8 * bins            its histogram
 *                 + 4 * elements        the activation of one batch outside the runtime
 * </pre>
 *
 * Tails count where exact percentiles, histogram and activation where {@code mse} or {@code
 * entropy} are asked for. Elements are those of the largest batch, found by running it once. What
 * the model itself takes is not part of it: that is the same with one point and with all.
 */
final class PassPlan {
  private static final long FIXED = 512;

  private final EstimatorNeeds needs;
  private final double samples;

  private PassPlan(EstimatorNeeds needs, double samples) {
    this.needs = needs;
    this.samples = samples;
  }

  /**
   * The points of each pass.
   *
   * @param samples number of samples to come, at most
   * @throws CalibrationException where one point alone is beyond the limit
   */
  static List<List<QuantPoint.Activation>> split(
      OnnxModel model,
      List<QuantPoint.Activation> points,
      EstimatorNeeds needs,
      Batch largest,
      double samples,
      long limit,
      RunnerOptions options) {
    PassPlan plan = new PassPlan(needs, samples);
    long[] sizes = sizes(model, points, largest, options);
    List<List<QuantPoint.Activation>> passes = new ArrayList<>();
    long taken = Long.MAX_VALUE;
    for (int i = 0; i < points.size(); i++) {
      long bytes = plan.bytes(sizes[i], largest.rows(), points.get(i).tensor());
      if (bytes > limit) {
        throw new CalibrationException(
            "Failed to calibrate: expected every tensor to stay below the memory limit of "
                + limit
                + " bytes, found "
                + bytes
                + " for tensor "
                + Printable.of(points.get(i).tensor())
                + ". Raise the limit or make batches smaller.");
      }
      if (taken > limit - bytes) {
        passes.add(new ArrayList<>());
        taken = 0;
      }
      passes.get(passes.size() - 1).add(points.get(i));
      taken += bytes;
    }
    return passes;
  }

  private long bytes(long size, int batchSamples, String tensor) {
    long bytes = FIXED;
    OptionalDouble percent = needs.tails();
    if (percent.isPresent()) {
      double share = (1 - percent.getAsDouble() / 100) * samples / batchSamples;
      bytes += 16L * PassFeeds.tailLength(size, share, tensor);
    }
    if (needs.histogram()) {
      bytes += 2L * DyadicHistogram.HALF * Long.BYTES + size * Float.BYTES;
    }
    return bytes;
  }

  private static long[] sizes(
      OnnxModel model, List<QuantPoint.Activation> points, Batch batch, RunnerOptions options) {
    GraphEdit edit = model.edit();
    Ops ops = new Ops(model, edit, "PassPlan");
    List<String> sizes = new ArrayList<>();
    points.forEach(point -> sizes.add(ops.reshape(ops.op("Size", point.tensor()), 1)));
    String all = ops.concat(0, sizes);
    edit.addOutput(new ValueInfo(all, ElementType.INT64, Optional.empty()));
    RunnerOptions once = options.with(RunnerOptions.Optimization.NONE);
    try (ModelRunner runner = ModelRunner.open(edit.commit(), once)) {
      return Objects.requireNonNull(runner.run(batch.inputs(), Set.of(all)).get(all)).toLongs();
    }
  }
}
