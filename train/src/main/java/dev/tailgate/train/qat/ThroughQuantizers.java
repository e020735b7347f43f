package dev.tailgate.train.qat;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.qdq.QdqNodes;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A model that rounds at every point of a plan by nodes that have a gradient: pairs of {@code
 * QuantizeLinear} and {@code DequantizeLinear}, which the straight-through estimator passes.
 *
 * <p>The operators round to 8 bits. A grid of {@code b < 8} bits is the part of an 8-bit grid with
 * the same scale {@code s} and zero point {@code z} between its own lowest and highest number, so
 * values are held there before:
 *
 * <pre>
 *   y = s (round(clip(x, s (qmin - z - h), s (qmax - z + h)) / s)),   h just below 1/2
 * </pre>
 *
 * <p>which are the roundings of {@code b} bits, and the gradient is 1 where {@code x} is rounded to
 * a number of the grid and 0 where it is beyond, as for 8 bits.
 */
public final class ThroughQuantizers {
  private static final int BYTE = 8;

  /** Half a step, but for what division in float32 may add. */
  private static final double HALF = 0.499;

  private final Ops ops;
  private final QdqNodes nodes;

  private ThroughQuantizers(OnnxModel model) {
    this.ops = new Ops(model, model.edit(), "ThroughQuantizers");
    this.nodes = new QdqNodes(model, ops);
  }

  /**
   * The model of {@code calibrated}, rounding.
   *
   * @throws ModelException at a grid that has no gradient here: found in every run, of blocks, of
   *     floats, or of more than 8 bits
   */
  public static OnnxModel of(Calibrated calibrated) {
    ThroughQuantizers pass = new ThroughQuantizers(calibrated.model());
    GraphEdit edit = pass.ops.edit();
    for (Map.Entry<QuantPoint, Quantizer> entry : calibrated.quantizers().entrySet()) {
      String rounded = pass.rounded(entry.getKey(), entry.getValue());
      entry.getKey().uses().forEach(use -> edit.redirect(use, rounded));
    }
    return edit.commit();
  }

  /** The float constants of {@code through} that {@code model} lacks: scales, which stay. */
  public static List<String> scales(OnnxModel through, OnnxModel model) {
    return through.graph().initializers().values().stream()
        .filter(tensor -> tensor.type().isFloat() && !tensor.dims().isEmpty())
        .map(ConstantTensor::name)
        .filter(name -> model.graph().constant(name).isEmpty())
        .toList();
  }

  private String rounded(QuantPoint point, Quantizer quantizer) {
    if (!(quantizer instanceof Quantizer.Fixed fixed)) {
      throw refused(point, "a range that is found in every run");
    }
    QuantParams params = fixed.params();
    if (!(params.format() instanceof IntegerFormat format) || format.bits() > BYTE) {
      throw refused(point, params.format().label());
    }
    if (params.layout() instanceof ScaleLayout.Blocks) {
      throw refused(point, "a scale for each block");
    }
    if (point.type() != ElementType.FLOAT) {
      throw refused(point, "a value of " + point.type().label());
    }
    ops.about(point.tensor());
    if (format.bits() == BYTE) {
      return nodes.pair(point.tensor(), params);
    }
    String low = bounds(params, point.rank(), "low", format.lowest() - HALF);
    String high = bounds(params, point.rank(), "high", format.highest() + HALF);
    String held = ops.op("Min", ops.op("Max", point.tensor(), low), high);
    return nodes.pair(held, params.in(new IntegerFormat(BYTE, format.signed())));
  }

  /** {@code s (q - z)} in a shape that broadcasts against a tensor of {@code rank}. */
  private String bounds(QuantParams params, int rank, String name, double q) {
    float[] values = new float[params.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (params.scale(i) * (q - params.zeroPoint(i)));
    }
    List<Long> dims = new ArrayList<>();
    if (params.layout() instanceof ScaleLayout.Axis axis) {
      dims.addAll(Collections.nCopies(rank, 1L));
      dims.set(axis.axis(), (long) values.length);
    }
    return ops.edit().constant(ConstantTensor.ofFloats(Ops.PREFIX + name, dims, values));
  }

  private ModelException refused(QuantPoint point, String found) {
    return ModelException.doing("training through quantizers")
        .expected("float32 values on grids of integers of 8 bits or fewer, known before the run")
        .found(found)
        .where("tensor " + point.tensor())
        .fix("Give another scheme, such as w8a8 or w4a8.");
  }
}
