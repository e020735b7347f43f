package dev.tailgate.quant.site;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.ValueShapes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Reads scores and probabilities of sites out of a model, a group of sites at a time: these are the
 * largest activations there are, {@code B x H x T x S} each. A group has at most {@link
 * #GROUP_BYTES} a batch, or one site.
 */
final class SiteRun {
  /** Scores and probabilities of one group and batch. */
  static final long GROUP_BYTES = 256L << 20;

  /** A site with more than this is not read. */
  static final long LARGEST_SITE = 1L << 30;

  private static final int ELEMENT = 4;

  private SiteRun() {}

  /**
   * Fills the tallies of {@code readings}.
   *
   * @param done hears of each number of further sites that are finished
   * @return the readings that were left out because their site is too large
   */
  static List<SiteReading> run(
      OnnxModel model,
      List<SiteReading> readings,
      List<Batch> batches,
      RunnerOptions options,
      IntConsumer done) {
    List<SiteReading> tooLarge = new ArrayList<>();
    for (List<SiteReading> group : groups(model, readings, batches, options, tooLarge)) {
      read(model, group, batches, options);
      done.accept(group.size());
    }
    return tooLarge;
  }

  private static List<List<SiteReading>> groups(
      OnnxModel model,
      List<SiteReading> readings,
      List<Batch> batches,
      RunnerOptions options,
      List<SiteReading> tooLarge) {
    if (readings.isEmpty() || batches.isEmpty()) {
      return List.of();
    }
    List<String> probs = readings.stream().map(SiteReading::probs).toList();
    Map<String, long[]> shapes = ValueShapes.on(batches.get(0).inputs(), model, probs, options);
    List<List<SiteReading>> groups = new ArrayList<>();
    long room = 0;
    for (SiteReading reading : readings) {
      long[] shape = shapes.getOrDefault(reading.probs(), new long[0]);
      long bytes = 2 * ELEMENT * ValueShapes.elements(shape);
      if (bytes > LARGEST_SITE) {
        tooLarge.add(reading);
        continue;
      }
      if (groups.isEmpty() || bytes > room) {
        groups.add(new ArrayList<>());
        room = GROUP_BYTES;
      }
      groups.get(groups.size() - 1).add(reading);
      room -= bytes;
    }
    return groups;
  }

  private static void read(
      OnnxModel model, List<SiteReading> group, List<Batch> batches, RunnerOptions options) {
    GraphEdit edit = model.edit();
    Ops ops = new Ops(model, edit, "SiteRun", 1, "reading attention");
    List<SiteReading.Outputs> outputs = group.stream().map(r -> r.expose(ops)).toList();
    Set<String> names = new LinkedHashSet<>();
    outputs.forEach(output -> output.addTo(names));
    try (ModelRunner runner = ModelRunner.open(edit.commit(), options)) {
      for (Batch batch : batches) {
        Map<String, Tensor> values = runner.run(batch.inputs(), names);
        outputs.forEach(output -> output.accept(batch, values));
      }
    }
  }
}
