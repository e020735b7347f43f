package dev.tailgate.heal.remedy.rotation;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.heal.remedy.RealRows;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.remedy.rotation.RotatableStream;
import dev.tailgate.onnx.remedy.rotation.RotatableStream.NormalisedRead;
import dev.tailgate.quant.measure.TapRun;
import dev.tailgate.quant.plan.CalibrationContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows of a residual stream as the norms that read it normalise them, {@code d / sqrt(mean(d d) +
 * eps)}, from the first batches of the calibration data; equally many of each norm. All have the
 * length {@code sqrt(D)} or less, so no token outweighs the others.
 */
final class NormalisedRows {
  /** Batches that rows are taken from. */
  private static final int SAMPLED = 4;

  /** Rows of a norm below which its kurtosis says nothing. */
  private static final int FEWEST = 16;

  private NormalisedRows() {}

  /** How many rows of each norm are wanted of a stream. */
  interface Wanted {
    /** About how many. */
    int of(RotatableStream stream);
  }

  /**
   * The rows of each stream, norm by norm in the order of the stream; norms that the data does not
   * reach are left out.
   */
  static Map<RotatableStream, List<List<double[]>>> of(
      OnnxModel model, List<RotatableStream> streams, CalibrationContext context, Wanted wanted) {
    Map<RotatableStream, Map<NormalisedRead, List<double[]>>> rows = new LinkedHashMap<>();
    Set<String> values = new LinkedHashSet<>();
    for (RotatableStream stream : streams) {
      Map<NormalisedRead, List<double[]>> ofStream = new LinkedHashMap<>();
      for (NormalisedRead norm : stream.norms()) {
        ofStream.put(norm, new ArrayList<>());
        values.add(norm.value());
      }
      rows.put(stream, ofStream);
    }
    Iterator<Batch> batches = context.calibration().apply(model).batches();
    try (ModelRunner runner = ModelRunner.open(model.exposing(values), context.options())) {
      for (int done = 0; done < SAMPLED && batches.hasNext(); done++) {
        Batch batch = batches.next();
        context.progress().at("collecting rows", done, SAMPLED);
        runner.run(
            TapRun.feeds(batch),
            values,
            (name, tensor) ->
                rows.forEach(
                    (stream, ofStream) ->
                        ofStream.forEach(
                            (norm, taken) -> {
                              if (norm.value().equals(name)) {
                                int some = Math.max(1, wanted.of(stream) / SAMPLED);
                                RealRows.of(tensor, batch, stream.width(), some)
                                    .forEach(row -> taken.add(normalised(row, stream, norm)));
                              }
                            })));
      }
    }
    Map<RotatableStream, List<List<double[]>>> even = new LinkedHashMap<>();
    rows.forEach((stream, ofStream) -> even.put(stream, even(List.copyOf(ofStream.values()))));
    return even;
  }

  private static double[] normalised(float[] row, RotatableStream stream, NormalisedRead norm) {
    double[] d = new double[row.length];
    double mean = 0;
    for (int i = 0; i < d.length; i++) {
      d[i] = row[i];
      mean += d[i] / d.length;
    }
    double square = 0;
    for (int i = 0; i < d.length; i++) {
      d[i] -= stream.isCentred() ? mean : 0;
      square += d[i] * d[i] / d.length;
    }
    double root = Math.sqrt(square + norm.epsilon());
    for (int i = 0; i < d.length; i++) {
      d[i] /= root;
    }
    return d;
  }

  /** The first rows of each norm, as many as all of them have. */
  private static List<List<double[]>> even(List<List<double[]>> all) {
    List<List<double[]>> reached = all.stream().filter(rows -> rows.size() >= FEWEST).toList();
    int fewest = reached.stream().mapToInt(List::size).min().orElse(0);
    return reached.stream().map(rows -> List.copyOf(rows.subList(0, fewest))).toList();
  }
}
