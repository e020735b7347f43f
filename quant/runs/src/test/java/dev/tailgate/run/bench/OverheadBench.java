package dev.tailgate.run.bench;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.quant.calibrate.OpenCalibration;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.measure.TapRun;
import dev.tailgate.run.audit.BenchAccess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What measuring costs over plain inference of the same batches. Variants run in turn, batch by
 * batch, so that a machine that drifts slows all of them; the ratio of medians is printed.
 *
 * <p>Arguments: MODEL [batches] [batch size] [sequence length] [threads]
 */
public final class OverheadBench {
  private OverheadBench() {}

  private interface Variant {
    void run(Batch batch);
  }

  @SuppressWarnings("MustBeClosedChecker") // every variant stays open until the process ends
  public static void main(String[] args) {
    Path path = Path.of(args[0]);
    int batches = args.length > 1 ? Integer.parseInt(args[1]) : 4;
    int size = args.length > 2 ? Integer.parseInt(args[2]) : 8;
    int length = args.length > 3 ? Integer.parseInt(args[3]) : 128;
    int threads = args.length > 4 ? Integer.parseInt(args[4]) : 2;
    RunnerOptions options =
        new RunnerOptions(ExecutionProvider.CPU, threads, RunnerOptions.Optimization.FLOAT_ONLY);
    OnnxModel model = OnnxModel.load(path);
    ModelMap map = ModelMap.of(model);
    TapMap taps = map.taps();
    TapPreset auto = TapPreset.auto(map.flow(), taps);
    Set<String> outputs = Set.of(model.graph().outputs().get(0).name());
    DataSource data =
        DataSources.open(model, DataRequest.synthetic(batches * size, size, length, 0));
    System.out.printf(
        Locale.ROOT,
        "%s, %d batches of %dx%d, %d threads%n",
        path.getFileName(),
        batches,
        size,
        length,
        threads);
    List<String> names = new ArrayList<>();
    List<Variant> variants = new ArrayList<>();
    ModelRunner plain = ModelRunner.open(model, options);
    names.add("plain inference");
    variants.add(batch -> plain.run(batch.inputs(), outputs));
    for (TapPreset preset : new TapPreset[] {auto, TapPreset.ALL}) {
      TapRun run = BenchAccess.tapRun(model, taps, preset, preset != TapPreset.ALL, options);
      names.add("statistics, taps " + preset.label() + " (" + run.statistics().size() + ")");
      variants.add(batch -> run.accept(batch, outputs));
    }
    for (List<String> labels :
        List.of(List.of("minmax"), List.of("percentile"), RangeEstimator.LABELS)) {
      List<RangeEstimator> estimators =
          labels.stream().map(label -> RangeEstimator.parse(label, 99.999)).toList();
      OpenCalibration ranging = OpenCalibration.open(map, estimators, batches * size, options);
      names.add("ranges " + String.join(" ", labels) + " (" + ranging.points() + ")");
      variants.add(ranging::accept);
    }
    double[][] seconds = new double[variants.size()][batches];
    Iterator<Batch> warm = data.batches();
    Batch first = warm.next();
    variants.forEach(v -> v.run(first));
    Iterator<Batch> iterator = data.batches();
    for (int b = 0; b < batches; b++) {
      Batch batch = iterator.next();
      for (int v = 0; v < variants.size(); v++) {
        long start = System.nanoTime();
        variants.get(v).run(batch);
        seconds[v][b] = (System.nanoTime() - start) / 1e9;
      }
    }
    double base = median(seconds[0]);
    for (int v = 0; v < variants.size(); v++) {
      double time = median(seconds[v]);
      System.out.printf(
          Locale.ROOT, "%-76s %7.3f s a batch  ratio %5.3f%n", names.get(v), time, time / base);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length % 2 == 1
        ? sorted[sorted.length / 2]
        : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  }
}
