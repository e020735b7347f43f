package dev.tailgate.run.train;

import dev.tailgate.engine.RuntimeInfo;
import dev.tailgate.result.TrainResult;
import dev.tailgate.run.audit.Tool;
import dev.tailgate.train.checkpoint.LoopState;
import dev.tailgate.train.loop.TrainingRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is said of a training. */
final class TrainSummary {
  private TrainSummary() {}

  static TrainResult of(
      TrainRequest request, TrainParts parts, List<LossKind> kinds, TrainingRecord record) {
    LoopState state = record.state();
    int group = parts.training().task().group();
    List<TrainResult.Setting> recipe = new ArrayList<>();
    record
        .recipe()
        .parts()
        .forEach((name, value) -> recipe.add(new TrainResult.Setting(name, value)));
    return new TrainResult(
        TrainResult.SCHEMA_VERSION,
        Tool.info(),
        request.model().toString(),
        request.out().toString(),
        request.teacher().map(Object::toString),
        RuntimeInfo.version(),
        new TrainResult.Data(
            parts.training().description(),
            parts.training().count(),
            parts.heldOut().description(),
            parts.heldOut().count()),
        kinds.stream().map(LossKind::label).toList(),
        record.metric(),
        record.direction(),
        score(state, 0),
        score(state, record.chosen()),
        state.step(),
        record.chosen(),
        switch (record.end()) {
          case STEPS -> TrainResult.End.STEPS;
          case PATIENCE -> TrainResult.End.PATIENCE;
        },
        state.samples() / group,
        state.tokens(),
        state.seconds(),
        new TrainResult.Weights(
            record.weights().tensors(), record.weights().elements(), record.weights().frozen()),
        state.points().stream()
            .map(point -> new TrainResult.Step(point.step(), point.loss(), point.rate()))
            .toList(),
        state.scores().stream()
            .map(score -> new TrainResult.Scored(score.step(), score.score()))
            .toList(),
        Optional.empty(),
        recipe,
        warnings(record));
  }

  private static Optional<Double> score(LoopState state, long step) {
    return state.scores().stream()
        .filter(score -> score.step() == step)
        .map(LoopState.HeldOut::score)
        .findFirst();
  }

  private static List<String> warnings(TrainingRecord record) {
    List<String> warnings = new ArrayList<>();
    if (record.chosen() == 0) {
      warnings.add(
          "No score on held-out samples was better than that of the model before training: its"
              + " weights are written as they were. Try another --lr or more data.");
    }
    return warnings;
  }
}
