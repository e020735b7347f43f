package dev.tailgate.run.bench;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.KernelProfile;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.run.rewrite.FusionReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a rewrite costs when the model runs: original and rewritten model take turns on the same
 * batches. The first output is reduced to its maxima in both, so that copying logits is not part of
 * the times. The first line is the original against itself, in two sessions.
 *
 * <p>Arguments: MODEL [batch size] [sequence length] [rounds] [threads] [methods]
 */
public final class RewrittenRunBench {
  private static final List<Method> METHODS =
      List.of(
          Method.OUTEFFHOP,
          Method.CLIPPED_SOFTMAX,
          Method.CLIPPED_OUTEFFHOP,
          Method.GATED_ATTENTION,
          Method.GATED_OUTEFFHOP);

  private RewrittenRunBench() {}

  private record Reduced(OnnxModel model, String output) {
    static Reduced of(OnnxModel model) {
      GraphEdit edit = model.edit();
      String first = model.graph().outputs().get(0).name();
      String max = new Ops(model, edit, "bench").reduce("ReduceMax", first, -1);
      edit.addOutput(new ValueInfo(max, ElementType.UNDEFINED, Optional.empty()));
      return new Reduced(edit.commit(), max);
    }
  }

  public static void main(String[] args) {
    Path path = Path.of(args[0]);
    int size = args.length > 1 ? Integer.parseInt(args[1]) : 8;
    int length = args.length > 2 ? Integer.parseInt(args[2]) : 128;
    int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 8;
    int threads = args.length > 4 ? Integer.parseInt(args[4]) : 2;
    List<Method> methods = new ArrayList<>();
    for (int i = 5; i < args.length; i++) {
      methods.add(Method.valueOf(args[i].toUpperCase(Locale.ROOT)));
    }
    RunnerOptions options =
        new RunnerOptions(ExecutionProvider.CPU, threads, RunnerOptions.Optimization.FLOAT_ONLY);
    OnnxModel original = OnnxModel.load(path);
    Reduced plain = Reduced.of(original);
    // Batches lie in direct buffers, which count against -Xmx; a few are as good as many.
    List<Batch> batches = new ArrayList<>();
    Iterator<Batch> made =
        DataSources.open(original, DataRequest.synthetic(4 * size, size, length, 0)).batches();
    made.forEachRemaining(batches::add);
    System.out.printf(
        Locale.ROOT,
        "%s, %d rounds of %dx%d, %d threads%n",
        path.getFileName(),
        rounds,
        size,
        length,
        threads);
    Map<String, Integer> before = KernelProfile.of(plain.model(), batches.get(0).inputs(), options);
    compare("original", plain, plain, batches, rounds, options);
    System.out.println("  " + before);
    for (Method method : methods.isEmpty() ? METHODS : methods) {
      OnnxModel rewritten =
          AttentionRewriter.rewrite(original, BenchMethods.spec(method), SiteSelection.ALL).model();
      Reduced changed = Reduced.of(rewritten);
      Map<String, Integer> after =
          KernelProfile.of(changed.model(), batches.get(0).inputs(), options);
      compare(method.label(), plain, changed, batches, rounds, options);
      System.out.println("  " + after);
      FusionReport.of(original, before, after)
          .sentences()
          .forEach(sentence -> System.out.println("  " + sentence));
    }
  }

  private static void compare(
      String name,
      Reduced plain,
      Reduced changed,
      List<Batch> batches,
      int rounds,
      RunnerOptions options) {
    try (ModelRunner first = ModelRunner.open(plain.model(), options);
        ModelRunner second = ModelRunner.open(changed.model(), options)) {
      int[] runs = new int[2];
      Runnable baseline = () -> first.run(next(batches, runs[0]++), Set.of(plain.output()));
      Runnable variant = () -> second.run(next(batches, runs[1]++), Set.of(changed.output()));
      baseline.run();
      PairedTimes times = PairedTimes.of(baseline, List.of(variant), rounds, options.threads());
      System.out.printf(Locale.ROOT, "%-18s %s%n", name, times.of(0));
    }
  }

  private static Map<String, Tensor> next(List<Batch> batches, int run) {
    return batches.get(run % batches.size()).inputs();
  }
}
