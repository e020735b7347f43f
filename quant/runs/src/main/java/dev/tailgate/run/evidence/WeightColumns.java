package dev.tailgate.run.evidence;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.result.WeightEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The largest weights column by column, of matrices with one scale in all or one a column. */
final class WeightColumns {
  private final double[] largest;
  private final QuantParams grid;
  private final long inner;
  private long position;
  private double signal;
  private double noise;

  private WeightColumns(int columns, long inner, QuantParams grid) {
    this.largest = new double[columns];
    this.inner = inner;
    this.grid = grid;
  }

  static List<WeightEvidence> of(OnnxModel model, Calibrated quantization) {
    List<WeightEvidence> found = new ArrayList<>();
    quantization
        .quantizers()
        .forEach(
            (point, quantizer) -> {
              if (point instanceof QuantPoint.Weight weight
                  && quantizer instanceof Quantizer.Fixed fixed) {
                look(model, weight, fixed.params()).ifPresent(found::add);
              }
            });
    return found;
  }

  private static Optional<WeightEvidence> look(
      OnnxModel model, QuantPoint.Weight weight, QuantParams grid) {
    Optional<ConstantTensor> tensor = model.graph().constant(weight.tensor());
    if (tensor.isEmpty() || weight.rank() != 2 || weight.axes().channel().isEmpty()) {
      return Optional.empty();
    }
    int axis = weight.axes().channel().getAsInt();
    long columns = weight.dims().get(axis);
    boolean known = grid.count() == 1 || grid.count() == columns;
    if (!known || columns < 2 || columns > Integer.MAX_VALUE || weight.dims().get(1 - axis) == 0) {
      return Optional.empty();
    }
    long inner = axis == 0 ? weight.dims().get(1) : 1;
    WeightColumns scan = new WeightColumns((int) columns, inner, grid);
    ElementReader.forEachChunk(tensor.get(), scan::accept);
    return scan.result(weight);
  }

  private void accept(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      int column = (int) (position++ / inner % largest.length);
      float x = values[i];
      if (Float.isFinite(x)) {
        largest[column] = Math.max(largest[column], Math.abs(x));
        double error = (double) x - grid.fakeQuant(x, grid.count() == 1 ? 0 : column);
        signal += (double) x * x;
        noise += error * error;
      }
    }
  }

  private Optional<WeightEvidence> result(QuantPoint.Weight weight) {
    int top = 0;
    for (int c = 1; c < largest.length; c++) {
      top = largest[c] > largest[top] ? c : top;
    }
    double[] sorted = largest.clone();
    Arrays.sort(sorted);
    double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    return median == 0
        ? Optional.empty()
        : Optional.of(
            new WeightEvidence(
                weight.tensor(),
                weight.role(),
                weight.layer(),
                grid.count() > 1,
                top,
                largest[top] / median,
                noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise)));
  }
}
