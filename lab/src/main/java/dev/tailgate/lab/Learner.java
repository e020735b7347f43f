package dev.tailgate.lab;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.StatefulRun;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.gradient.WeightInputs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.training.PreparedForTraining;
import dev.tailgate.train.graph.InitialTensors;
import dev.tailgate.train.graph.TrainingGraph;
import dev.tailgate.train.graph.TrainingGraphs;
import dev.tailgate.train.graph.TrainingPlan;
import dev.tailgate.train.loss.CrossEntropy;
import dev.tailgate.train.loss.Feed;
import dev.tailgate.train.loss.WeightedLoss;
import dev.tailgate.train.optimiser.AdamW;
import dev.tailgate.train.optimiser.InitialState;
import dev.tailgate.train.optimiser.Schedule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Trains a classifier again and again on one session: before each training the states of a step are
 * put back, weights as its seed draws them and moments at 0. A second session runs the model with
 * the weights that there are. AdamW, gradients up to norm 5, a rate that goes up over a tenth of
 * the steps and down by a cosine.
 */
final class Learner implements AutoCloseable {
  private static final double CLIP = 5;
  private static final int ASKED = 128;

  /**
   * How a classifier is trained.
   *
   * @param steps updates
   * @param batch sets of one
   * @param rate the largest learning rate
   * @param decay weight decay
   */
  record Steps(int steps, int batch, double rate, double decay) {}

  private final Classifier classifier;
  private final Steps steps;
  private final TrainingGraph graph;
  private final ModelRunner training;
  private final ModelRunner forward;
  private final StatefulRun run;

  @SuppressWarnings("MustBeClosed") // closed by close()
  private Learner(
      Classifier classifier,
      Steps steps,
      TrainingGraph graph,
      ModelRunner training,
      ModelRunner forward) {
    this.classifier = classifier;
    this.steps = steps;
    this.graph = graph;
    this.training = training;
    this.forward = forward;
    this.run = training.stateful(graph.successors(), InitialTensors.of(graph));
  }

  /** Makes both sessions. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // handed to the caller, who closes it
  static Learner open(Classifier classifier, Steps steps, RunnerOptions options) {
    OnnxModel student = PreparedForTraining.of(classifier.build(0)).trained();
    TrainingGraph graph =
        TrainingGraphs.of(student, plan(steps.decay()), m -> InferredShapes.of(m, options));
    OnnxModel open = WeightInputs.of(student, graph.weights().keySet());
    ModelRunner training =
        ModelRunner.open(graph.model(), options.with(RunnerOptions.Optimization.STEPS));
    try {
      return new Learner(classifier, steps, graph, training, ModelRunner.open(open, options));
    } catch (RuntimeException e) {
      training.close();
      throw e;
    }
  }

  /** What a step of it does. */
  static TrainingPlan plan(double decay) {
    return new TrainingPlan(
        List.of(new WeightedLoss("loss", new CrossEntropy(Classifier.LOGITS, 0), 1)),
        AdamW.DEFAULT,
        List.of(TrainingPlan.WITHOUT_DECAY),
        decay,
        OptionalDouble.of(CLIP),
        1,
        OptionalDouble.empty());
  }

  /** How many numbers are trained. */
  long parameters() {
    return graph.weights().values().stream()
        .map(state -> Objects.requireNonNull(graph.initial().get(state)).dims())
        .mapToLong(dims -> dims.stream().mapToLong(d -> d).reduce(1, (a, b) -> a * b))
        .sum();
  }

  /** Trains from fresh weights; weights, and the order of samples, are drawn by the seed. */
  Learner learn(Examples data, long seed) {
    begin(seed);
    int[] order = new int[data.count()];
    Arrays.setAll(order, i -> i);
    int batch = Math.min(steps.batch(), order.length);
    SplittableRandom random = new SplittableRandom(seed);
    Schedule schedule =
        new Schedule(Schedule.Shape.COSINE, steps.rate(), steps.steps() / 10, steps.steps(), 0);
    int at = order.length;
    for (int step = 1; step <= steps.steps(); step++) {
      if (at + batch > order.length) {
        Examples.shuffle(order, random);
        at = 0;
      }
      int[] places = Arrays.copyOfRange(order, at, at + batch);
      at += batch;
      Map<String, Tensor> feeds = new LinkedHashMap<>(data.inputs(places));
      feeds.put(new Feed.Labels().input(), data.labels(places));
      feeds.put(graph.learningRate(), Tensor.ofFloats(new float[] {(float) schedule.at(step)}));
      run.step(feeds, Set.of());
    }
    return this;
  }

  private void begin(long seed) {
    Map<String, InitialState> initial = new LinkedHashMap<>(graph.initial());
    OnnxModel fresh = classifier.build(seed);
    graph
        .weights()
        .forEach(
            (name, state) ->
                initial.put(
                    state,
                    new InitialState.Weight(
                        Objects.requireNonNull(fresh.graph().initializers().get(name)), 1)));
    initial.forEach((state, value) -> run.replace(state, InitialTensors.of(value)));
  }

  /** The weights that there are, by their names in the model. */
  Map<String, Tensor> weights() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    graph.weights().forEach((name, state) -> weights.put(name, run.state(state)));
    return weights;
  }

  /** The logits of all, {@code [n][classes]}, with the weights that there are. */
  double[][] logits(Examples data) {
    Map<String, Tensor> weights = weights();
    double[][] all = new double[data.count()][classifier.classes()];
    for (int from = 0; from < all.length; from += ASKED) {
      int[] places = new int[Math.min(ASKED, all.length - from)];
      int first = from;
      Arrays.setAll(places, i -> first + i);
      Map<String, Tensor> feeds = new LinkedHashMap<>(data.inputs(places));
      feeds.putAll(weights);
      Map<String, Tensor> found = forward.run(feeds, Set.of(Classifier.LOGITS));
      float[] logits = Objects.requireNonNull(found.get(Classifier.LOGITS)).toFloats();
      for (int i = 0; i < logits.length; i++) {
        all[from + i / classifier.classes()][i % classifier.classes()] = logits[i];
      }
    }
    return all;
  }

  @Override
  public void close() {
    try {
      forward.close();
    } finally {
      training.close();
    }
  }
}
