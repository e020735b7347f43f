package dev.tailgate.train.loop;

import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.ProcessEnd;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.StatefulRun;
import dev.tailgate.file.WorkFolder;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.stats.metric.Direction;
import dev.tailgate.train.checkpoint.CheckpointFolder;
import dev.tailgate.train.checkpoint.LoopState;
import dev.tailgate.train.checkpoint.Recipe;
import dev.tailgate.train.checkpoint.TensorsFile;
import dev.tailgate.train.graph.InitialTensors;
import dev.tailgate.train.graph.TrainingGraph;
import dev.tailgate.train.graph.TrainingGraphs;
import dev.tailgate.train.loss.Feed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Trains a model: steps over epochs of the data, a score on held-out samples at intervals, an early
 * end where it gets no better, and checkpoints from which the training goes on bit for bit. The
 * same seed, threads and machine give the same bits.
 */
public final class TrainingLoop {
  private final Training training;
  private final RunProgress progress;
  private final RunnerOptions options;
  private final PreparedStudent student;
  private final TrainingGraph graph;
  private final Recipe recipe;
  private final Optional<CheckpointFolder> checkpoints;

  private TrainingLoop(Training training, RunProgress progress) {
    this.training = training;
    this.progress = progress;
    this.options =
        training.options().with(RunnerOptions.Optimization.FLOAT_ONLY).until(progress::cancelled);
    training.checkpoints().ifPresent(Training.Checkpoints::requireFree);
    progress.at("preparing", 0, 1);
    this.student = PreparedStudent.of(training, options, progress);
    this.graph =
        TrainingGraphs.of(
            student.trained(),
            student.plan(training.step()),
            model -> InferredShapes.of(model, options));
    this.recipe = RecipeOf.training(training, student, graph);
    this.checkpoints =
        training.checkpoints().map(asked -> CheckpointFolder.at(asked.folder(), recipe));
  }

  /**
   * Trains to the end.
   *
   * @param progress hears how far it is, and may end it; a checkpoint is then written where those
   *     are asked for
   * @throws dev.tailgate.onnx.ir.ModelException for a model or teacher that does not fit
   * @throws dev.tailgate.engine.tensor.DataException for data that does not fit
   * @throws dev.tailgate.train.checkpoint.CheckpointException for a checkpoint of another training
   * @throws TrainingException where memory does not suffice, or a loss is not finite
   */
  public static Trained run(Training training, RunProgress progress) {
    return ProcessEnd.savingCall(() -> new TrainingLoop(training, progress).run());
  }

  private Trained run() {
    Optional<WorkFolder> work = checkpoints.isPresent() ? Optional.empty() : Optional.of(work());
    try {
      CheckpointFolder files =
          checkpoints.orElseGet(() -> CheckpointFolder.at(work.orElseThrow().path(), recipe));
      return train(files, work);
    } catch (RuntimeException e) {
      work.ifPresent(WorkFolder::close);
      checkpoints
          .filter(folder -> !CheckpointFolder.isIn(folder.path()))
          .ifPresent(CheckpointFolder::remove);
      throw e;
    }
  }

  private static WorkFolder work() {
    try {
      return WorkFolder.anywhere();
    } catch (IOException e) {
      throw new UncheckedIOException("Failed making a folder for weights", e);
    }
  }

  @SuppressWarnings("MustBeClosed") // closed by the sessions, the last first
  private Trained train(CheckpointFolder files, Optional<WorkFolder> work) {
    Set<String> taught = taught();
    try (Sessions sessions = new Sessions()) {
      Optional<TeacherRun> teacher = teacher(taught, sessions);
      BatchFeeds feeds = new BatchFeeds(graph, training.data().task(), teacher);
      MemoryEstimate memory =
          MemoryEstimate.of(
              graph, feeds.of(training.data().epoch(0, training.loop().rows()).largest()), options);
      memory.requireBelow(Memory.ofMachine());
      progress.say("A step takes about " + memory.words());
      ModelRunner runner =
          sessions.add(
              ModelRunner.open(graph.model(), options.with(RunnerOptions.Optimization.STEPS)));
      Begun begun = begun(files, runner, sessions);
      Steps steps =
          new Steps(training, graph, student.trained(), begun.run(), feeds, begun.state());
      Optional<HeldOutScore> score =
          training
              .heldOut()
              .map(
                  data ->
                      sessions.add(
                          HeldOutScore.open(
                              training.teacher().orElse(student.saved()), data, options)));
      Course course = new Course(steps, score, files, begun.run());
      TrainingRecord.End end = course.toTheEnd();
      return course.outcome(end, memory, work);
    }
  }

  /** Where training begins: what is run step by step, and the counts of it. */
  private record Begun(StatefulRun run, LoopState state) {}

  /** Tensors that the states begin with are let go on return, not held through the training. */
  @SuppressWarnings("MustBeClosed") // closed by the sessions
  private Begun begun(CheckpointFolder files, ModelRunner runner, Sessions sessions) {
    Optional<CheckpointFolder.Resumed> resumed = resumed(files);
    StatefulRun run =
        sessions.add(
            runner.stateful(
                graph.successors(),
                resumed
                    .map(CheckpointFolder.Resumed::tensors)
                    .orElseGet(() -> InitialTensors.of(graph))));
    return new Begun(run, resumed.map(CheckpointFolder.Resumed::state).orElse(LoopState.START));
  }

  private Optional<CheckpointFolder.Resumed> resumed(CheckpointFolder files) {
    if (training.checkpoints().filter(Training.Checkpoints::resume).isEmpty()) {
      return Optional.empty();
    }
    Map<String, TensorsFile.Source> expected = new LinkedHashMap<>();
    graph
        .initial()
        .forEach(
            (name, state) ->
                expected.put(
                    name,
                    new TensorsFile.Source(
                        state.type(), state.dims(), () -> InitialTensors.of(state))));
    Optional<CheckpointFolder.Resumed> found = files.load(expected);
    progress.say(
        found
            .map(f -> "Going on after step " + f.state().step())
            .orElse("No checkpoint yet: beginning with the first step"));
    return found;
  }

  /** Values of the teacher that a loss compares with. */
  private Set<String> taught() {
    Set<String> values = new LinkedHashSet<>();
    for (Feed feed : graph.feeds().values()) {
      if (feed instanceof Feed.Teacher value) {
        values.add(value.value());
      }
    }
    if (!values.isEmpty() && training.teacher().isEmpty()) {
      throw new IllegalArgumentException("A loss compares with a teacher, and there is none");
    }
    return values;
  }

  @SuppressWarnings("MustBeClosed") // closed by the sessions
  private Optional<TeacherRun> teacher(Set<String> taught, Sessions sessions) {
    if (taught.isEmpty()) {
      return Optional.empty();
    }
    OnnxModel model = training.teacher().orElseThrow();
    TeacherRun opened = sessions.add(TeacherRun.open(model, student.trained(), taught, options));
    Set<String> same = new LinkedHashSet<>(taught);
    same.removeIf(value -> student.trained().graph().producer(value).isEmpty());
    TeacherRun.requireSameSizes(
        model, InferredShapes.of(student.trained(), options), same, options);
    return Optional.of(opened);
  }

  /** A training on its way: what is decided between steps. */
  private final class Course {
    private final Steps steps;
    private final Optional<HeldOutScore> score;
    private final CheckpointFolder files;
    private final StatefulRun run;
    private final TrainingTalk talk;
    private final double before;
    private final long began = System.nanoTime();
    private long saved;

    Course(Steps steps, Optional<HeldOutScore> score, CheckpointFolder files, StatefulRun run) {
      this.steps = steps;
      this.score = score;
      this.files = files;
      this.run = run;
      this.talk = new TrainingTalk(progress, training.loop().steps(), steps.state());
      this.before = steps.state().seconds();
      this.saved = steps.state().step();
    }

    TrainingRecord.End toTheEnd() {
      try {
        while (true) {
          evaluateIfDue();
          if (steps.state().step() >= training.loop().steps()) {
            return TrainingRecord.End.STEPS;
          }
          if (scores().isStale(training.loop().patience())) {
            return TrainingRecord.End.PATIENCE;
          }
          steps.update();
          talk.step(steps.state());
          long every = training.loop().checkpointEvery();
          if (every > 0 && steps.state().step() % every == 0) {
            save();
          }
        }
      } catch (CancellationException | TrainingException e) {
        // States are those after the last batch that went well.
        saveOnTheWayOut(e);
        throw e;
      }
    }

    private void saveOnTheWayOut(RuntimeException thrown) {
      if (checkpoints.isPresent()) {
        try {
          save();
          progress.say(
              "Stopped after step " + steps.state().step() + "; go on from it with --resume");
        } catch (RuntimeException e) {
          thrown.addSuppressed(e);
        }
      }
    }

    private Scores scores() {
      return new Scores(
          steps.state().scores(), score.map(HeldOutScore::direction).orElse(Direction.HIGHER));
    }

    private void evaluateIfDue() {
      long step = steps.state().step();
      boolean isDue =
          step % training.loop().evaluateEvery() == 0 || step >= training.loop().steps();
      boolean isDone = steps.state().scores().stream().anyMatch(scored -> scored.step() == step);
      if (score.isEmpty() || !isDue || isDone) {
        return;
      }
      files.saveWeights(step, States.weights(graph, run));
      double value = score.get().of(student.scored(weights(step)));
      steps.state(steps.state().with(new LoopState.HeldOut(step, value)));
      talk.scored(step, score.get().metric(), value, scores().best().orElse(step) == step);
      keep();
    }

    /** Weights of steps that neither the state nor the last checkpoint counts on go. */
    private void keep() {
      Scores all = scores();
      List<Long> needed = new ArrayList<>();
      all.best().ifPresent(needed::add);
      all.bestUpTo(saved).ifPresent(needed::add);
      files.keepWeights(needed);
    }

    private void save() {
      steps.state(steps.state().after(seconds()));
      files.save(steps.state(), States.all(graph, run));
      saved = steps.state().step();
      keep();
    }

    private double seconds() {
      return before + (System.nanoTime() - began) / 1e9;
    }

    private Map<String, ConstantTensor> weights(long step) {
      TensorsFile file = files.openWeights(step);
      Map<String, ConstantTensor> weights = new LinkedHashMap<>();
      graph.weights().keySet().forEach(name -> weights.put(name, file.constant(name)));
      return weights;
    }

    Trained outcome(TrainingRecord.End end, MemoryEstimate memory, Optional<WorkFolder> work) {
      steps.state(steps.state().after(seconds()));
      long step = steps.state().step();
      if (checkpoints.isPresent()) {
        save();
      }
      long chosen = scores().best().orElse(step);
      if (score.isEmpty()) {
        files.saveWeights(step, States.weights(graph, run));
      }
      OnnxModel model = student.with(weights(chosen));
      long elements =
          graph.weights().keySet().stream()
              .mapToLong(
                  name ->
                      Objects.requireNonNull(student.saved().graph().initializers().get(name))
                          .elementCount())
              .sum();
      int floats =
          (int)
              student.saved().graph().initializers().values().stream()
                  .filter(tensor -> tensor.type().isFloat() && !tensor.dims().isEmpty())
                  .count();
      return new Trained(
          model,
          student.grids(),
          new TrainingRecord(
              steps.state(),
              end,
              score.map(HeldOutScore::metric),
              score.map(HeldOutScore::direction).orElse(Direction.HIGHER),
              chosen,
              new TrainingRecord.Weights(
                  graph.weights().size(), elements, floats - graph.weights().size()),
              memory.words(),
              recipe),
          checkpoints,
          work);
    }
  }
}
