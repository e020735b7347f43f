package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleRuns;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Clips weights to the ends of given grids, so that min-max finds the same range as the search that
 * chose it: what lies beyond would be rounded to the ends anyway. All quantized weights, those of
 * embeddings and norms included, since the settings have one kind of range for all.
 *
 * <pre>
 *   w' = min(max(w, scale (qmin - z)), scale (qmax - z)),   symmetric: +- scale (qmax - z)
 * </pre>
 *
 * <p>Uses that read the float weight keep it. A searched range wider than the weights is not kept:
 * min-max then finds the weights' own. Of asymmetric grids the end to which the zero point was
 * rounded may move by half a step.
 */
final class WeightClip {
  private WeightClip() {}

  /** Clips the weights of {@code grids}. */
  static OnnxModel apply(
      OnnxModel model, Map<QuantPoint.Weight, QuantParams> grids, boolean symmetric) {
    GraphEdit edit = model.edit();
    grids.forEach((point, params) -> clip(model.graph(), edit, point, params, symmetric));
    return edit.commit();
  }

  private static void clip(
      OnnxGraph graph,
      GraphEdit edit,
      QuantPoint.Weight point,
      QuantParams params,
      boolean symmetric) {
    ConstantTensor old = graph.constant(point.tensor()).orElseThrow();
    double[] values = clipped(old, params, symmetric);
    ConstantTensor clipped = ConstantTensor.ofReals(point.tensor(), old.type(), old.dims(), values);
    Set<OnnxGraph.Use> others = new HashSet<>(graph.uses(point.tensor()));
    point.uses().forEach(others::remove);
    boolean initializer = graph.initializers().containsKey(point.tensor());
    if (others.isEmpty() && initializer && !graph.isOutput(point.tensor())) {
      edit.replaceConstant(point.tensor(), clipped);
    } else {
      String name = edit.constant(clipped);
      point.uses().forEach(use -> edit.redirect(use, name));
    }
  }

  /** The elements of {@code weight} in storage order, clipped. */
  static double[] clipped(ConstantTensor weight, QuantParams params, boolean symmetric) {
    double[] values = new double[Math.toIntExact(weight.elementCount())];
    ScaleRuns runs = ScaleRuns.of(weight.dims(), params.layout());
    int[] position = {0};
    ElementReader.forEachChunk(
        weight,
        (chunk, count) -> {
          runs.forEach(
              position[0],
              count,
              (from, to, scale, step) -> {
                for (int i = from; i < to; i++) {
                  int s = scale + step * (i - from);
                  values[position[0] + i] = clip(chunk[i], params, s, symmetric);
                }
              });
          position[0] += count;
        });
    return values;
  }

  private static double clip(float value, QuantParams params, int s, boolean symmetric) {
    double zero = params.zeroPoint(s);
    double high = (params.format().highest() - zero) * params.scale(s);
    double low = (params.format().lowest() - zero) * params.scale(s);
    double least = symmetric && low < 0 ? Math.max(low, -high) : low;
    return Math.max(least, Math.min(high, value));
  }
}
