package dev.tailgate.train.bench;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.StatefulRun;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.train.graph.InitialTensors;
import dev.tailgate.train.graph.TrainingGraph;
import dev.tailgate.train.graph.TrainingGraphs;
import dev.tailgate.train.graph.TrainingPlan;
import dev.tailgate.train.loss.CrossEntropy;
import dev.tailgate.train.loss.Feed;
import dev.tailgate.train.loss.Loss;
import dev.tailgate.train.loss.MeanError;
import dev.tailgate.train.loss.WeightedLoss;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;

/**
 * The steps of {@code testdata/recipes/compare_training_steps.py}, which starts this: for each line
 * that is read, one run is made and its milliseconds are written; at the end the largest memory
 * that the process had, in MB.
 *
 * <p>Arguments: MODEL forward|backward|step BATCH TOKENS [threads]
 */
public final class TrainingStepBench {
  private static final float RATE = 1e-4f;

  private TrainingStepBench() {}

  private interface Run {
    void run();
  }

  @SuppressWarnings("MustBeClosedChecker") // open until the process ends
  public static void main(String[] args) throws IOException {
    OnnxModel model = OnnxModel.load(Path.of(args[0]));
    int batch = Integer.parseInt(args[2]);
    int tokens = Integer.parseInt(args[3]);
    int threads = args.length > 4 ? Integer.parseInt(args[4]) : 2;
    RunnerOptions options =
        new RunnerOptions(ExecutionProvider.CPU, threads, RunnerOptions.Optimization.STEPS);
    String output = model.graph().outputs().get(0).name();
    boolean isLanguageModel = output.equals("logits");
    Loss loss =
        isLanguageModel
            ? new CrossEntropy(output, 0)
            : new MeanError(output, "hidden", MeanError.Power.SQUARED, Optional.empty());
    TrainingPlan usual = TrainingPlan.of(List.of(new WeightedLoss("loss", loss, 1)));
    TrainingPlan plan =
        new TrainingPlan(
            usual.losses(),
            usual.optimiser(),
            usual.groups(),
            usual.decay(),
            OptionalDouble.empty(),
            1,
            OptionalDouble.empty());
    Map<String, Tensor> feeds = feeds(isLanguageModel, batch, tokens);
    TrainingGraph graph =
        TrainingGraphs.of(model, plan, given -> InferredShapes.of(given, options));
    Run run =
        switch (args[1]) {
          case "forward" ->
              plain(
                  TrainingGraphs.forward(model, plan, g -> InferredShapes.of(g, options)),
                  feeds,
                  options);
          case "backward" ->
              plain(
                  TrainingGraphs.backward(model, plan, g -> InferredShapes.of(g, options)),
                  with(feeds, graph),
                  options);
          case "step" -> step(graph, feeds, options);
          default -> throw new IllegalArgumentException(args[1]);
        };
    serve(run);
  }

  private static void serve(Run run) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      long start = System.nanoTime();
      run.run();
      System.out.printf(Locale.ROOT, "%.3f%n", (System.nanoTime() - start) / 1e6);
    }
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM")) {
        System.out.printf(
            Locale.ROOT, "%.1f%n", Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024);
      }
    }
  }

  @SuppressWarnings("MustBeClosedChecker")
  private static Run plain(OnnxModel model, Map<String, Tensor> feeds, RunnerOptions options) {
    ModelRunner runner = ModelRunner.open(model, options);
    return () -> runner.run(feeds, Set.of("tailgate/loss"));
  }

  @SuppressWarnings("MustBeClosedChecker")
  private static Run step(TrainingGraph graph, Map<String, Tensor> feeds, RunnerOptions options) {
    ModelRunner runner = ModelRunner.open(graph.model(), options);
    StatefulRun run = runner.stateful(graph.successors(), InitialTensors.of(graph));
    Map<String, Tensor> all = new LinkedHashMap<>(feeds);
    all.put(graph.learningRate(), Tensor.ofFloats(new float[] {RATE}));
    return () -> run.step(all, Set.of(graph.loss()));
  }

  private static Map<String, Tensor> with(Map<String, Tensor> feeds, TrainingGraph graph) {
    Map<String, Tensor> all = new LinkedHashMap<>(feeds);
    graph
        .weights()
        .values()
        .forEach(state -> all.put(state, InitialTensors.of(graph.initial().get(state))));
    return all;
  }

  private static Map<String, Tensor> feeds(boolean isLanguageModel, int batch, int tokens) {
    Random random = new Random(1);
    Map<String, Tensor> feeds = new LinkedHashMap<>();
    long[] ids = random.longs((long) batch * tokens, 5, 4000).toArray();
    feeds.put("input_ids", Tensor.ofLongs(ids, batch, tokens));
    long[] ones = new long[batch * tokens];
    Arrays.fill(ones, 1);
    feeds.put("attention_mask", Tensor.ofLongs(ones, batch, tokens));
    if (isLanguageModel) {
      feeds.put(new Feed.Labels().input(), Tensor.ofLongs(ids, batch, tokens));
    } else {
      int width = 384;
      float[] values = new float[batch * tokens * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      feeds.put(new Feed.Target("hidden").input(), Tensor.ofFloats(values, batch, tokens, width));
    }
    return feeds;
  }
}
