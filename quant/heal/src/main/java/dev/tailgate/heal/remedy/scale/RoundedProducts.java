package dev.tailgate.heal.remedy.scale;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.scheme.Granularity;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.scheme.ScaleRuns;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.quant.weights.WeightGrids;
import dev.tailgate.stats.Range;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Products of linear layers with the weights and activations that a quantization of the model would
 * give them, for rows held in memory.
 */
final class RoundedProducts {
  private final OnnxModel model;
  private final Map<String, QuantParams> grids = new HashMap<>();
  private final Map<String, LinearLayer> byProduct = new HashMap<>();
  private final Optional<TensorScheme> activations;

  private RoundedProducts(ModelMap map, Optional<TensorScheme> activations) {
    this.model = map.model();
    this.activations = activations;
    for (LinearLayer layer : map.layers().linears()) {
      byProduct.put(layer.product().output(0), layer);
    }
  }

  /** Those of the model of {@code map} in floats. */
  static RoundedProducts exact(ModelMap map) {
    return new RoundedProducts(map, Optional.empty());
  }

  /** Those of the model of {@code plan}, rounded by its settings without their exceptions. */
  static RoundedProducts under(Plan plan) {
    QuantScheme scheme = plan.settings().scheme();
    RoundedProducts products = new RoundedProducts(plan.map(), scheme.activations());
    scheme.weights().ifPresent(weights -> products.addGrids(plan, weights));
    return products;
  }

  private void addGrids(Plan plan, TensorScheme scheme) {
    WeightGrids.of(model, plan.placed().weights(), scheme, plan.settings().weightRange())
        .grids()
        .forEach((point, grid) -> grids.put(point.tensor(), grid));
  }

  /**
   * The outputs of all readers of {@code input} one after the other, each {@code [n, out]}.
   *
   * @param range what the activation is rounded over
   */
  float[][] of(ScaledInput input, float[] rows, Range range) {
    float[] x = rounded(rows, input.width(), range);
    float[][] outputs = new float[input.readers().size()][];
    for (int i = 0; i < outputs.length; i++) {
      LinearLayer layer = byProduct.get(input.readers().get(i).product().output(0));
      outputs[i] = layer == null ? new float[0] : product(x, weights(layer));
    }
    return outputs;
  }

  private float[] rounded(float[] rows, int width, Range range) {
    if (activations.isEmpty()) {
      return rows;
    }
    TensorScheme scheme = activations.get();
    boolean perToken = scheme.granularity() instanceof Granularity.PerToken;
    float[] rounded = new float[rows.length];
    QuantParams grid = GridRule.grid(scheme, range).perTensor();
    for (int i = 0; i < rows.length; i++) {
      if (perToken && i % width == 0) {
        grid = GridRule.grid(scheme, range(rows, i, i + width)).perTensor();
      }
      rounded[i] = grid.fakeQuant(rows[i], 0);
    }
    return rounded;
  }

  private static Range range(float[] values, int from, int to) {
    double min = 0;
    double max = 0;
    for (int i = from; i < to; i++) {
      min = Math.min(min, values[i]);
      max = Math.max(max, values[i]);
    }
    return new Range(min, max);
  }

  /** The weights on their grid, which follows the order in which the file stores them. */
  private Matrix weights(LinearLayer layer) {
    Matrix matrix = LayerEdit.read(model, layer);
    QuantParams grid = grids.get(layer.constant());
    if (grid == null) {
      return matrix;
    }
    List<Long> dims = model.graph().constant(layer.constant()).orElseThrow().dims();
    boolean asRead = layer.turned() != layer.stored();
    Matrix stored = asRead ? matrix : matrix.transposed();
    float[] values = stored.values();
    ScaleRuns.of(dims, grid.layout())
        .forEach(
            0,
            values.length,
            (from, to, scale, step) -> {
              for (int i = from; i < to; i++) {
                values[i] = grid.fakeQuant(values[i], scale + step * (i - from));
              }
            });
    return asRead ? stored : stored.transposed();
  }

  private static float[] product(float[] x, Matrix w) {
    int in = w.rows();
    int out = w.columns();
    int rows = x.length / in;
    float[] y = new float[rows * out];
    float[] values = w.values();
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < in; k++) {
        float factor = x[r * in + k];
        int from = k * out;
        int to = r * out;
        for (int c = 0; c < out; c++) {
          y[to + c] += factor * values[from + c];
        }
      }
    }
    return y;
  }
}
