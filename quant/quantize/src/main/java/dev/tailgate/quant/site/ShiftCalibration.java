package dev.tailgate.quant.site;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.FusedSite;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.quant.measure.RunProgress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Fits sink logits with which Softmax1 starts near the softmax that a model was trained with. With
 * {@code L = log sum_j exp(z_j)} of a row of masked scores, a sink logit {@code s} takes {@code
 * sigmoid(s - L)} of the row and leaves the rest as softmax has it; for each site and head {@code
 * s_h} solves
 *
 * <pre>
 *   mean over rows of sigmoid(s_h - L) = target
 * </pre>
 *
 * <p>{@code L} is computed in the graph and comes out as {@code [B, H, T, 1]}. Rows of padded
 * queries do not count, nor do those whose keys are all masked.
 */
public final class ShiftCalibration {
  /** The share of attention that goes to nothing at the start. */
  public static final double DEFAULT_TARGET = 0.01;

  /**
   * Masks add -1e4 or less, and a row that is masked from end to end has them all in its sum. No
   * score of a trained model comes near.
   */
  private static final double MASKED = -5e3;

  /** Sums of one site. */
  private record Reading(AttentionSite site, String output, List<LogSumExpHistogram> heads) {}

  private final OptionalInt heads;
  private final List<Reading> readings = new ArrayList<>();
  private final Map<Integer, String> skipped = new TreeMap<>();

  private ShiftCalibration(OptionalInt heads) {
    this.heads = heads;
  }

  /**
   * Fits the sinks of all attentions of the main graph.
   *
   * @param target in (0, 1), see {@link #DEFAULT_TARGET}
   * @param heads {@code H}, needed where scores are {@code [B*H, T, S]}
   */
  public static CalibratedSinks run(
      OnnxModel model,
      DataSource data,
      double target,
      OptionalInt heads,
      RunnerOptions options,
      RunProgress progress) {
    if (!(target > 0 && target < 1)) {
      throw new IllegalArgumentException("The mass must be between 0 and 1, found " + target);
    }
    ShiftCalibration calibration = new ShiftCalibration(heads);
    OnnxModel instrumented = calibration.instrument(model);
    if (!calibration.readings.isEmpty()) {
      calibration.read(instrumented, data, options, progress);
    }
    return calibration.solve(target);
  }

  private OnnxModel instrument(OnnxModel model) {
    AttentionReport report = AttentionFinder.within(model);
    for (FusedSite site : report.fused()) {
      skipped.put(site.layer(), "its scores are inside " + site.node().opType());
    }
    GraphEdit edit = model.edit();
    Ops ops = new Ops(model, edit, "ShiftCalibration", 1, "fitting sinks");
    for (AttentionSite site : report.sites()) {
      String scores = SiteReading.scores(ops.about(site.id()), site);
      // Not every provider has the reduction for half precision.
      String wide = ops.cast(scores, ElementType.FLOAT);
      // The last axis of a site's scores holds the keys; negative axes exist since opset 11.
      String sums = ops.reduce("ReduceLogSumExp", wide, lastAxis(model, site));
      edit.addOutput(new ValueInfo(sums, ElementType.FLOAT, Optional.empty()));
      readings.add(new Reading(site, sums, new ArrayList<>()));
    }
    return edit.commit();
  }

  private static long lastAxis(OnnxModel model, AttentionSite site) {
    long axis = site.normalisation().node().intAttribute("axis", -1);
    return model.opset() >= 11 || !site.normalisation().node().is("Softmax") ? -1 : axis;
  }

  private void read(OnnxModel model, DataSource data, RunnerOptions options, RunProgress progress) {
    Set<String> outputs = readings.stream().map(Reading::output).collect(Collectors.toSet());
    long samples = 0;
    try (ModelRunner runner = ModelRunner.open(model, options)) {
      Iterator<Batch> batches = data.batches();
      while (batches.hasNext()) {
        Batch batch = batches.next();
        Map<String, Tensor> values = runner.run(batch.inputs(), outputs);
        for (Reading reading : readings) {
          accept(reading, batch, Objects.requireNonNull(values.get(reading.output())));
        }
        samples += batch.samples();
        progress.at("fitting sinks", samples, data.samples());
      }
    }
  }

  private void accept(Reading reading, Batch batch, Tensor sums) {
    int number = reading.site().layer();
    int count = heads(sums);
    if (count < 1) {
      String shape = "scores of rank " + sums.rank();
      skipped.put(
          number,
          sums.rank() == 3
              ? "its heads are folded into the batch, and their number is not given"
              : shape + " have no axis for the heads");
      return;
    }
    if (sums.rank() == 3 && sums.dim(0) % count != 0) {
      skipped.put(number, sums.dim(0) + " rows of heads are no multiple of " + count + " heads");
      return;
    }
    while (reading.heads().size() < count) {
      reading.heads().add(new LogSumExpHistogram());
    }
    ScoreRows rows = ScoreRows.of(sums.shape(), batch);
    float[] values = sums.toFloats();
    for (int row = 0; row < rows.count(); row++) {
      // A comparison with NaN is false.
      if (values[row] > MASKED && values[row] < Float.POSITIVE_INFINITY && rows.counts(row)) {
        reading.heads().get(rows.head(row, count)).accept(values[row]);
      }
    }
  }

  private int heads(Tensor sums) {
    return switch (sums.rank()) {
      case 4 -> Math.toIntExact(sums.dim(1));
      case 3 -> heads.orElse(-1);
      default -> -1;
    };
  }

  private CalibratedSinks solve(double target) {
    Map<Integer, CalibratedSink> sinks = new LinkedHashMap<>();
    for (Reading reading : readings) {
      int number = reading.site().layer();
      List<LogSumExpHistogram> fitted = reading.heads();
      boolean empty = fitted.isEmpty() || fitted.stream().anyMatch(head -> head.rows() == 0);
      if (!skipped.containsKey(number) && empty) {
        skipped.put(number, "a head has no row that is not masked");
      }
      if (!skipped.containsKey(number)) {
        sinks.put(number, CalibratedSinks.fit(number, reading.site().id(), fitted, target));
      }
    }
    return new CalibratedSinks(sinks, skipped);
  }
}
