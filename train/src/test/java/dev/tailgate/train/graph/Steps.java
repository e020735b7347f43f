package dev.tailgate.train.graph;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.StatefulRun;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.train.NumpyArchive;
import dev.tailgate.train.loss.Feed;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Steps of the small language model that PyTorch trained; testdata/recipes/training_steps.py. */
final class Steps {
  static final NumpyArchive TORCH = new NumpyArchive(Steps.class, "steps.npz");
  static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY);

  private Steps() {}

  /**
   * What came of a run.
   *
   * @param losses by step
   * @param terms the last values of all terms
   * @param states after the last step
   */
  record Outcome(List<Double> losses, Map<String, Double> terms, Map<String, Tensor> states) {}

  static OnnxModel model() {
    try {
      return OnnxModel.load(
          Path.of(Objects.requireNonNull(Steps.class.getResource("steps.onnx")).toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static TrainingGraph graph(TrainingPlan plan) {
    return TrainingGraphs.of(model(), plan, model -> InferredShapes.of(model, CPU));
  }

  /** Batch {@code i} as the graph is fed it. */
  static Map<String, Tensor> batch(int i) {
    Map<String, Tensor> feeds = new LinkedHashMap<>();
    feeds.put("input_ids", TORCH.row("input_ids", i));
    feeds.put("attention_mask", TORCH.row("attention_mask", i));
    feeds.put(new Feed.Labels().input(), TORCH.row("labels", i));
    return feeds;
  }

  static Outcome run(TrainingGraph graph, int steps, double rate) {
    List<Map<String, Tensor>> batches = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      batches.add(batch(i));
    }
    return run(graph, batches, rate);
  }

  /** One run a batch; with micro-batches every {@code n}-th is applied. */
  static Outcome run(
      TrainingGraph graph, List<Map<String, Tensor>> batches, double rate, int... n) {
    Set<String> wanted = new LinkedHashSet<>(graph.terms().values());
    wanted.add(graph.loss());
    List<Double> losses = new ArrayList<>();
    Map<String, Double> terms = new LinkedHashMap<>();
    try (ModelRunner runner = ModelRunner.open(graph.model(), CPU);
        StatefulRun run = runner.stateful(graph.successors(), InitialTensors.of(graph))) {
      for (int i = 0; i < batches.size(); i++) {
        Map<String, Tensor> feeds = new LinkedHashMap<>(batches.get(i));
        feeds.put(graph.learningRate(), Tensor.ofFloats(new float[] {(float) rate}));
        if (graph.apply().isPresent()) {
          Tensor isLast = Tensor.allocate(ElementType.BOOL);
          isLast.data().put(0, (byte) ((i + 1) % n[0] == 0 ? 1 : 0));
          feeds.put(graph.apply().get(), isLast);
        }
        Map<String, Tensor> found = run.step(feeds, wanted);
        losses.add(scalar(found.get(graph.loss())));
        graph.terms().forEach((name, output) -> terms.put(name, scalar(found.get(output))));
      }
      Map<String, Tensor> states = new LinkedHashMap<>();
      run.states().forEach(state -> states.put(state, run.state(state)));
      return new Outcome(losses, terms, states);
    }
  }

  private static double scalar(Tensor tensor) {
    return NumpyArchive.doubles(tensor)[0];
  }
}
