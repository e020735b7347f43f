package dev.tailgate.train.loop;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.StatefulRun;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.train.checkpoint.LoopState;
import dev.tailgate.train.graph.TrainingGraph;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Runs batches and makes updates of them; the counts follow the state in the runtime. */
final class Steps {
  private final TrainingGraph graph;
  private final OnnxModel student;
  private final StatefulRun run;
  private final BatchFeeds feeds;
  private final EpochReader batches;
  private final LoopPlan plan;
  private final int accumulation;
  private final RunnerOptions options;
  private final Set<String> wanted = new LinkedHashSet<>();
  private LoopState state;

  /**
   * Goes on from {@code state}.
   *
   * @param student the model that the graph begins with
   */
  Steps(
      Training training,
      TrainingGraph graph,
      OnnxModel student,
      StatefulRun run,
      BatchFeeds feeds,
      LoopState state) {
    this.graph = graph;
    this.student = student;
    this.run = run;
    this.feeds = feeds;
    this.plan = training.loop();
    this.accumulation = graph.apply().isPresent() ? training.step().accumulation() : 1;
    this.options = training.options();
    this.batches =
        new EpochReader(training.data(), plan.rows(), plan.seed(), state.epoch(), state.inEpoch());
    this.state = state;
    wanted.add(graph.loss());
    wanted.addAll(graph.terms().values());
  }

  LoopState state() {
    return state;
  }

  /** The state with other words beside its counts. */
  void state(LoopState changed) {
    state = changed;
  }

  /**
   * Runs batches up to the next update, the ones of it that were run before left out.
   *
   * @throws TrainingException where a loss or a gradient is NaN or infinite; the states are then
   *     those before the batch
   */
  void update() {
    int done = (int) Math.round(state.pending().getOrDefault("batches", 0.0));
    for (int i = done; i < accumulation; i++) {
      batch(i + 1 == accumulation);
    }
    Map<String, Double> means = new LinkedHashMap<>(state.pending());
    double number = Objects.requireNonNull(means.remove("batches"));
    means.replaceAll((name, sum) -> sum / number);
    double loss = Objects.requireNonNull(means.remove(graph.loss()));
    long step = state.step() + 1;
    state = state.with(new LoopState.Point(step, loss, plan.schedule().at(step), means));
  }

  private void batch(boolean isLast) {
    Batch batch = batches.next();
    Map<String, Tensor> fed = new LinkedHashMap<>(feeds.of(batch));
    float rate = (float) plan.schedule().at(state.step() + 1);
    fed.put(graph.learningRate(), Tensor.ofFloats(new float[] {rate}));
    graph.apply().ifPresent(input -> fed.put(input, flag(isLast)));
    Map<String, Tensor> found = run.step(fed, wanted, Steps::isFinite);
    if (!isFinite(found)) {
      throw notFinite(fed, found);
    }
    Map<String, Double> sums = new LinkedHashMap<>(state.pending());
    sums.merge(graph.loss(), value(found, graph.loss()), Double::sum);
    graph.terms().forEach((name, output) -> sums.merge(name, value(found, output), Double::sum));
    sums.merge("batches", 1.0, Double::sum);
    state =
        state.afterBatch(
            batches.epoch(), batches.inEpoch(), batch.samples(), BatchFeeds.tokens(batch), sums);
  }

  private static Tensor flag(boolean value) {
    Tensor flag = Tensor.allocate(ElementType.BOOL);
    flag.data().put(0, (byte) (value ? 1 : 0));
    return flag;
  }

  private static double value(Map<String, Tensor> found, String output) {
    return Elements.reader(Objects.requireNonNull(found.get(output))).get(0);
  }

  private static boolean isFinite(Map<String, Tensor> found) {
    return found.values().stream().allMatch(FirstNotFinite::isFinite);
  }

  private TrainingException notFinite(Map<String, Tensor> fed, Map<String, Tensor> found) {
    Map<String, Tensor> all = new LinkedHashMap<>(fed);
    run.states().forEach(name -> all.put(name, run.state(name)));
    Optional<String> place = FirstNotFinite.in(graph, student, all, options);
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", value(found, graph.loss()));
    graph.terms().forEach((name, output) -> values.put(name, value(found, output)));
    return new TrainingException(
        "Failed to train: expected finite losses and gradients, found "
            + Printable.of(values.toString())
            + " at step "
            + (state.step() + 1)
            + " (epoch "
            + batches.epoch()
            + ", batch "
            + batches.inEpoch()
            + "), first "
            + place.orElse("nowhere when the step was run again")
            + ". The weights are those before that step. Lower --lr, warm up longer, or clip"
            + " gradients with --clip-norm.");
  }
}
