package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.GramOutputs;
import dev.tailgate.onnx.tap.GramPass;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.quant.measure.TapRun;
import dev.tailgate.quant.plan.CalibrationContext;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Gram matrices of activations over the calibration data, added up in doubles. As many at a time as
 * fit into a budget of memory, each group in a pass of its own over the data; what comes out does
 * not depend on the grouping.
 *
 * <p>Copies that fill up a last batch are left out where the data has a mask, otherwise that batch
 * is, unless it is the first.
 */
final class GramMatrices {
  /** Bytes of one element: a double to add to, a float of the run and its copy on the heap. */
  private static final long BYTES = 16;

  private final OnnxModel model;
  private final CalibrationContext context;
  private final boolean products;
  private final long budget;

  /**
   * Sums in {@code model}.
   *
   * @param products whether second moments are wanted, or means alone
   * @param budget bytes that the sums of one pass may take; one activation is always taken
   */
  GramMatrices(OnnxModel model, CalibrationContext context, boolean products, long budget) {
    this.model = model;
    this.context = context;
    this.products = products;
    this.budget = budget;
  }

  /** An activation and the number of its channels. */
  record Wanted(TapTarget target, int width) {}

  /** A quarter of the heap that the process may use. */
  static long usualBudget() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  /** Hands out the sums one by one, in the order given; they may be dropped afterwards. */
  void forEach(List<Wanted> wanted, BiConsumer<String, Gram> consumer) {
    List<Wanted> group = new ArrayList<>();
    long taken = 0;
    int done = 0;
    for (Wanted next : wanted) {
      long bytes = products ? BYTES * next.width() * next.width() : BYTES * next.width();
      if (!group.isEmpty() && taken + bytes > budget) {
        context.progress().at("collecting input statistics", done, wanted.size());
        pass(group).forEach(consumer);
        done += group.size();
        group.clear();
        taken = 0;
      }
      group.add(next);
      taken += bytes;
    }
    if (!group.isEmpty()) {
      context.progress().at("collecting input statistics", done, wanted.size());
      pass(group).forEach(consumer);
    }
  }

  private Map<String, Gram> pass(List<Wanted> group) {
    DataSource data = context.calibration().apply(model);
    GramPass.Instrumented instrumented =
        GramPass.apply(
            model, group.stream().map(Wanted::target).toList(), data.hasPadding(), products);
    Map<String, double[]> sums = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    for (GramOutputs outputs : instrumented.outputs()) {
      outputs.gram().ifPresent(names::add);
      names.addAll(List.of(outputs.sum(), outputs.rows()));
    }
    try (ModelRunner runner = ModelRunner.open(instrumented.model(), context.options())) {
      Iterator<Batch> batches = data.batches();
      boolean first = true;
      while (batches.hasNext()) {
        Batch batch = batches.next();
        boolean copies = batch.rows() != batch.samples() && batch.mask().isEmpty();
        if (first || !copies) {
          runner.run(TapRun.feeds(batch), names, (name, value) -> add(sums, name, value));
        }
        first = false;
      }
    }
    Map<String, Gram> grams = new LinkedHashMap<>();
    instrumented.outputs().forEach(o -> grams.put(o.target().tensor(), gram(o, sums)));
    return grams;
  }

  private static void add(Map<String, double[]> sums, String name, Tensor value) {
    FloatBuffer values = value.data().asFloatBuffer();
    double[] sum = sums.computeIfAbsent(name, n -> new double[values.remaining()]);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values.get(i);
    }
  }

  private static Gram gram(GramOutputs outputs, Map<String, double[]> sums) {
    double[] sum = sums.getOrDefault(outputs.sum(), new double[0]);
    double rows = sums.getOrDefault(outputs.rows(), new double[1])[0];
    double[] mean = new double[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = rows > 0 ? sum[i] / rows : 0;
    }
    double[] products =
        outputs.gram().map(name -> Objects.requireNonNull(sums.get(name))).orElse(new double[0]);
    return new Gram(mean.length, products, mean, rows);
  }
}
