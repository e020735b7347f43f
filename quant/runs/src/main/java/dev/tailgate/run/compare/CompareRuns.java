package dev.tailgate.run.compare;

import dev.tailgate.engine.ModelRunException;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.score.TimeRatio;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.compare.MethodRun;
import dev.tailgate.result.compare.RunLabels;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.rewrite.RewriteRequest;
import dev.tailgate.run.rewrite.RewriteRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the runs of a comparison: models are audited and timed, results read. */
public final class CompareRuns {
  private static final String VANILLA = "vanilla";

  private final CompareSettings settings;
  private final RunProgress progress;

  /** Runs that are made as {@code settings} say. */
  public CompareRuns(CompareSettings settings, RunProgress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Every input in its order. Models are timed against the first model of their family that has the
   * method {@code baseline}; where there is none, and for results, there is no time.
   */
  public List<MethodRun> each(List<CompareInput> inputs, String baseline) {
    List<MethodRun> runs = new ArrayList<>();
    Map<Integer, Path> models = new HashMap<>();
    for (CompareInput input : inputs) {
      if (input.isModel()) {
        models.put(runs.size(), input.path());
        String file = String.valueOf(input.path().getFileName());
        runs.add(input.named(audit(input.path(), progress.about(file))));
      } else {
        runs.addAll(input.read());
      }
    }
    List<MethodRun> named = RunLabels.inFamilies(runs);
    return settings.time() ? timed(named, models, baseline) : named;
  }

  private List<MethodRun> timed(List<MethodRun> runs, Map<Integer, Path> models, String baseline) {
    Map<String, Path> baselines = new HashMap<>();
    List<MethodRun> timed = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Path model = models.get(i);
      if (model != null && runs.get(i).method().equals(baseline)) {
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

  /**
   * One model as it is, and rewritten to each method.
   *
   * @param out the folder of the comparison; rewritten models live beside it for as long as they
   *     are needed
   * @throws IOException where no models can be written there
   */
  public List<MethodRun> rewritten(CompareInput input, Map<String, MethodSpec> methods, Path out)
      throws IOException {
    List<MethodRun> runs = new ArrayList<>();
    RunResult original = audit(input.path(), progress.about(VANILLA));
    String family = input.named(original).family();
    int seed = input.named(original).seed();
    String origin = original.model().rewrittenTo().orElse(VANILLA);
    MethodRun first = new MethodRun(family, origin, seed, original);
    runs.add(settings.time() ? first.timed(1) : first);
    try (RewrittenModels models = RewrittenModels.beside(out)) {
      for (Map.Entry<String, MethodSpec> method : methods.entrySet()) {
        RunProgress about = progress.about(method.getKey());
        Path model = models.model(method.getKey());
        RewriteRun.run(
            RewriteRequest.of(input.path(), model, method.getValue()).with(settings.options()),
            about);
        MethodRun run = new MethodRun(family, method.getKey(), seed, audit(model, about));
        runs.add(settings.time() ? timed(run, input.path(), model) : run);
        Files.deleteIfExists(model);
      }
    }
    return runs;
  }

  /** A model that does not run with all optimisations has no time, which is no reason to end. */
  private MethodRun timed(MethodRun run, Path baseline, Path model) {
    if (baseline.equals(model)) {
      return run.timed(1);
    }
    try {
      return run.timed(TimeRatio.measure(baseline, model, settings.samples(), settings.options()));
    } catch (ModelRunException e) {
      progress.say(run.method() + " was not timed: " + e.getMessage());
      return run;
    }
  }

  private RunResult audit(Path model, RunProgress progress) {
    return Audit.run(settings.audit(model), progress);
  }
}
