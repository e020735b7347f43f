package dev.tailgate.heal.sensitivity;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.quant.measure.TapRun;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.plan.Calibrated;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;

/**
 * The rounding noise of each point in parts of its signal, {@code sum (Q(x) - x)^2 / sum x^2}, from
 * one pass over the float model; see {@link NoisePass}. It costs one run whatever the number of
 * points, and knows nothing of what becomes of the noise on its way to the output.
 *
 * @param ratios by point; those without a signal are left out
 */
public record NoiseProxy(Map<QuantPoint, Double> ratios) {
  /** Measures all points of {@code model} over {@code data}. */
  public static NoiseProxy measure(Calibrated model, DataSource data, RunnerOptions options) {
    NoisePass.Instrumented pass =
        NoisePass.apply(model.model(), model.quantizers(), data.hasPadding());
    Map<QuantPoint, double[]> sums = new LinkedHashMap<>();
    pass.outputs().keySet().forEach(point -> sums.put(point, new double[2]));
    LinkedHashSet<String> wanted = new LinkedHashSet<>(pass.outputs().values());
    try (ModelRunner runner = ModelRunner.open(pass.model(), options)) {
      Iterator<Batch> batches = data.batches();
      while (batches.hasNext()) {
        Map<String, Tensor> results = runner.run(TapRun.feeds(batches.next()), wanted);
        pass.outputs()
            .forEach(
                (point, name) -> {
                  float[] both = Objects.requireNonNull(results.get(name)).toFloats();
                  double[] sum = Objects.requireNonNull(sums.get(point));
                  sum[0] += both[0];
                  sum[1] += both[1];
                });
      }
    }
    Map<QuantPoint, Double> ratios = new LinkedHashMap<>();
    sums.forEach(
        (point, sum) -> {
          if (sum[1] > 0 && Double.isFinite(sum[0]) && Double.isFinite(sum[1])) {
            ratios.put(point, sum[0] / sum[1]);
          }
        });
    return new NoiseProxy(ratios);
  }

  /** The noise of several points together, as if it were independent. */
  public double ratio(Collection<QuantPoint> points) {
    return points.stream().mapToDouble(p -> ratios.getOrDefault(p, 0.0)).sum();
  }
}
