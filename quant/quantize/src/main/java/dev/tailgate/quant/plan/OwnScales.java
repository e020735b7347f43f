package dev.tailgate.quant.plan;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.quant.measure.TapRun;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.ChannelExtremes;
import dev.tailgate.stats.Range;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Grids of activations whose outlier channels have scales of their own. With the channels {@code O}
 * of {@link OutlierChannels}, at most {@link #SHARE} of them,
 *
 * <pre>
 *   x[.., j], j in O      the grid of the range of channel j
 *   x[.., j], j not in O  one grid, of the range of all those channels
 * </pre>
 *
 * Ranges are the smallest and largest values of the float model's activation on the calibration
 * data, padding left out. The bits are those of the scheme: what changes is that a channel a
 * hundred times as large as the others does not set their step.
 */
final class OwnScales {
  /** Of the channels, one in any case. */
  private static final double SHARE = 0.01;

  private static final double NEARLY = 1.1;

  private OwnScales() {}

  /**
   * The grids.
   *
   * @param points activations with channels along their last axis
   * @throws ModelException where the last axis of one is not as long in every batch
   */
  static Map<QuantPoint.Activation, Quantizer> measure(
      OnnxModel model,
      List<QuantPoint.Activation> points,
      TensorScheme scheme,
      int batches,
      CalibrationContext context) {
    Map<QuantPoint.Activation, Quantizer> grids = new LinkedHashMap<>();
    if (points.isEmpty()) {
      return grids;
    }
    DataSource source = context.calibration().apply(model);
    List<TapTarget> targets =
        points.stream()
            .map(p -> new TapTarget(p.tensor(), p.type(), p.rank(), p.tokens(), true))
            .toList();
    try (TapRun run =
        TapRun.open(model, targets, source.hasPadding(), t -> false, context.options())) {
      Iterator<Batch> iterator = source.batches();
      for (int done = 0; done < batches && iterator.hasNext(); done++) {
        run.accept(iterator.next(), Set.of());
        context.progress().at("measuring channels", done + 1L, batches);
      }
      for (QuantPoint.Activation point : points) {
        ChannelExtremes extremes =
            Objects.requireNonNull(run.statistics().get(point.tensor())).channels();
        grids.put(point, new Quantizer.Fixed(grid(extremes, point.rank() - 1, scheme)));
      }
    } catch (IllegalArgumentException e) {
      throw ModelException.doing("giving outlier channels scales of their own")
          .expected("activations with the same channels in every batch")
          .found("a last axis that changes, among " + names(points))
          .fix("Choose other activations for own-scale.");
    }
    return grids;
  }

  private static String names(List<QuantPoint.Activation> points) {
    List<String> names = new ArrayList<>();
    points.forEach(point -> names.add(Printable.of(point.tensor())));
    return String.join(", ", names);
  }

  /** One grid for the usual channels, and one for each that stands out. */
  static QuantParams grid(ChannelExtremes extremes, int axis, TensorScheme scheme) {
    int channels = extremes.channels();
    TensorScheme settled = scheme.signedFor(extremes.range().includeZero());
    if (channels < 2) {
      return GridRule.grid(settled, extremes.range()).perTensor();
    }
    double[] maxima = new double[channels];
    for (int j = 0; j < channels; j++) {
      Range range = extremes.range(j);
      maxima[j] = range.isEmpty() ? 0 : range.absMax();
    }
    boolean[] apart = new boolean[channels];
    for (int j : OutlierChannels.of(maxima, SHARE, NEARLY).channels()) {
      apart[j] = true;
    }
    Range rest = Range.EMPTY;
    for (int j = 0; j < channels; j++) {
      rest = apart[j] ? rest : rest.union(extremes.range(j));
    }
    GridRule.Grid shared = GridRule.grid(settled, rest);
    float[] scales = new float[channels];
    int[] zeroPoints = new int[channels];
    for (int j = 0; j < channels; j++) {
      GridRule.Grid grid = apart[j] ? GridRule.grid(settled, extremes.range(j)) : shared;
      scales[j] = grid.scale();
      zeroPoints[j] = grid.zeroPoint();
    }
    return QuantParams.of(shared.format(), new ScaleLayout.Axis(axis), scales, zeroPoints);
  }
}
