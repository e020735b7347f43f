package dev.tailgate.run.compare;

import dev.tailgate.engine.ModelRunException;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.score.TimeRatio;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.MethodRun;
import dev.tailgate.result.compare.RunLabels;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.rewrite.RewriteRequest;
import dev.tailgate.run.rewrite.RewriteRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A comparison: models are audited and timed, results read, and all put side by side. */
public final class CompareRuns {
  private static final String VANILLA = "vanilla";

  private final CompareRequest request;
  private final RunProgress progress;
  private final RunnerOptions options;

  private CompareRuns(CompareRequest request, RunProgress progress) {
    this.request = request;
    this.progress = progress;
    this.options = request.options().until(progress::cancelled);
  }

  /**
   * Runs a comparison to the end; nothing is written.
   *
   * @throws dev.tailgate.onnx.ir.ModelException for a model that cannot be read or rewritten
   * @throws dev.tailgate.engine.tensor.DataException for data that does not fit
   * @throws UncheckedIOException for a result that cannot be read, or where rewritten models cannot
   *     be put
   */
  public static Comparison run(CompareRequest request, RunProgress progress) {
    CompareRuns comparison = new CompareRuns(request, progress);
    return Comparison.of(
        request.methods().isEmpty() ? comparison.each() : comparison.rewritten(),
        request.baseline());
  }

  /**
   * Every input in its order. Models are timed against the first model of their family that has the
   * baseline's method; where there is none, and for results, there is no time.
   */
  private List<MethodRun> each() {
    List<MethodRun> runs = new ArrayList<>();
    Map<Integer, Path> models = new HashMap<>();
    for (CompareInput input : request.inputs()) {
      if (input.isModel()) {
        models.put(runs.size(), input.path());
        String file = String.valueOf(input.path().getFileName());
        runs.add(input.named(audit(input.path(), progress.about(file))));
      } else {
        runs.addAll(input.read());
      }
    }
    List<MethodRun> named = RunLabels.inFamilies(runs);
    return request.time() ? timed(named, models) : named;
  }

  private List<MethodRun> timed(List<MethodRun> runs, Map<Integer, Path> models) {
    Map<String, Path> baselines = new HashMap<>();
    List<MethodRun> timed = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Path model = models.get(i);
      if (model != null && runs.get(i).method().equals(request.baseline())) {
        baselines.putIfAbsent(runs.get(i).family(), model);
      }
    }
    for (int i = 0; i < runs.size(); i++) {
      MethodRun run = runs.get(i);
      Path model = models.get(i);
      Path base = baselines.get(run.family());
      timed.add(model == null || base == null ? run : timed(run, base, model));
    }
    return timed;
  }

  /** One model as it is, and rewritten to each method. */
  private List<MethodRun> rewritten() {
    CompareInput input = request.inputs().get(0);
    List<MethodRun> runs = new ArrayList<>();
    RunResult original = audit(input.path(), progress.about(VANILLA));
    String family = input.named(original).family();
    int seed = input.named(original).seed();
    String origin = original.model().rewrittenTo().orElse(VANILLA);
    MethodRun first = new MethodRun(family, origin, seed, original);
    runs.add(request.time() ? first.timed(1) : first);
    try (RewrittenModels models = RewrittenModels.near(request.folder())) {
      for (Map.Entry<String, MethodSpec> method : request.methods().entrySet()) {
        RunProgress about = progress.about(method.getKey());
        Path model = models.model(method.getKey());
        RewriteRun.run(
            RewriteRequest.of(input.path(), model, method.getValue()).with(request.options()),
            about);
        MethodRun run = new MethodRun(family, method.getKey(), seed, audit(model, about));
        runs.add(request.time() ? timed(run, input.path(), model) : run);
        Files.deleteIfExists(model);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return runs;
  }

  /** A model that does not run with all optimisations has no time, which is no reason to end. */
  private MethodRun timed(MethodRun run, Path baseline, Path model) {
    if (baseline.equals(model)) {
      return run.timed(1);
    }
    try {
      return run.timed(TimeRatio.measure(baseline, model, request.samples(), options));
    } catch (ModelRunException e) {
      progress.say(run.method() + " was not timed: " + e.getMessage());
      return run;
    }
  }

  private RunResult audit(Path model, RunProgress progress) {
    return Audit.run(request.audit(model), progress);
  }
}
