package dev.tailgate.quant.weights;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleRuns;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The grids of weights, from their values. Weights are read chunk by chunk and never held whole:
 * memory grows with the number of scales, not with that of elements.
 *
 * @param grids by weight, in the order in which weights were given; those without a finite value
 *     are left out
 * @param notes what is not as it was asked for, and where
 */
public record WeightGrids(Map<QuantPoint.Weight, QuantParams> grids, List<Note> notes) {
  /** Copies the list and shields the map, whose order matters. */
  public WeightGrids {
    grids = Collections.unmodifiableMap(new LinkedHashMap<>(grids));
    notes = List.copyOf(notes);
  }

  /** Something to be told about a weight, as a clause that follows its name. */
  public record Note(String tensor, String text) {}

  /**
   * Finds the grids. Whether a tensor's numbers are signed, where the scheme leaves that to the
   * range, is settled by the range of the whole tensor.
   *
   * @param scheme format, symmetry and granularity
   * @param range how ranges follow from values
   */
  public static WeightGrids of(
      OnnxModel model, List<QuantPoint.Weight> weights, TensorScheme scheme, WeightRange range) {
    return of(model, weights, weight -> scheme, range);
  }

  /** The same with a scheme for each weight. */
  public static WeightGrids of(
      OnnxModel model,
      List<QuantPoint.Weight> weights,
      Function<QuantPoint.Weight, TensorScheme> schemes,
      WeightRange range) {
    Map<QuantPoint.Weight, QuantParams> grids = new LinkedHashMap<>();
    List<Note> notes = new ArrayList<>();
    for (QuantPoint.Weight weight : weights) {
      ConstantTensor tensor = model.graph().constant(weight.tensor()).orElseThrow();
      TensorScheme scheme = schemes.apply(weight);
      WeightLayout layout = WeightLayout.of(weight, scheme.granularity());
      layout.fallback().ifPresent(why -> notes.add(new Note(weight.tensor(), why)));
      ScaleRuns runs = ScaleRuns.of(tensor.dims(), layout.layout());
      ScaleRanges ranges = ScaleRanges.of(tensor, runs);
      if (ranges.notFinite() > 0) {
        notes.add(
            new Note(
                weight.tensor(),
                ranges.notFinite() + " values are NaN or infinite and count for no range"));
      }
      Range whole = ranges.whole();
      if (whole.isEmpty()) {
        notes.add(new Note(weight.tensor(), "not quantized: it has no finite value"));
        continue;
      }
      TensorScheme settled = scheme.signedFor(whole);
      float[] scales = new float[runs.scales()];
      int[] zeroPoints = new int[scales.length];
      if (range instanceof WeightRange.Mse search) {
        new WeightMseSearch(settled, search, runs, ranges, scales, zeroPoints).run(tensor);
      } else {
        for (int i = 0; i < scales.length; i++) {
          GridRule.Grid grid = GridRule.grid(settled, ranges.of(i));
          scales[i] = grid.scale();
          zeroPoints[i] = grid.zeroPoint();
        }
      }
      NumberFormat format = settled.format();
      grids.put(weight, QuantParams.of(format, layout.layout(), scales, zeroPoints));
    }
    return new WeightGrids(grids, notes);
  }
}
