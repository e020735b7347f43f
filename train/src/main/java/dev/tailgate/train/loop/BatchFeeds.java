package dev.tailgate.train.loop;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Labels;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.engine.tensor.TensorConversion;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.train.graph.TrainingGraph;
import dev.tailgate.train.loss.Feed;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a step is fed for a batch: the model's inputs, labels, values of the teacher. */
final class BatchFeeds {
  private final TrainingGraph graph;
  private final Task task;
  private final Optional<TeacherRun> teacher;

  /** Feeds of {@code graph}, for samples of {@code task}. */
  BatchFeeds(TrainingGraph graph, Task task, Optional<TeacherRun> teacher) {
    this.graph = graph;
    this.task = task;
    this.teacher = teacher;
  }

  /** The feeds of a batch; the learning rate is not among them. */
  Map<String, Tensor> of(Batch batch) {
    Map<String, Tensor> feeds = new LinkedHashMap<>(batch.inputs());
    Map<String, Tensor> taught = teacher.map(t -> t.on(batch.inputs())).orElse(Map.of());
    for (Map.Entry<String, Feed> wanted : graph.feeds().entrySet()) {
      Feed feed = wanted.getValue();
      feeds.put(
          wanted.getKey(),
          feed instanceof Feed.Teacher value
              ? Objects.requireNonNull(taught.get(value.value()))
              : feed instanceof Feed.Labels
                  ? labels(batch)
                  : TensorConversion.convert(given(batch), type(wanted.getKey()), "the labels"));
    }
    return feeds;
  }

  private ElementType type(String input) {
    return graph.model().graph().inputs().stream()
        .filter(info -> info.name().equals(input))
        .map(ValueInfo::type)
        .findFirst()
        .orElse(ElementType.FLOAT);
  }

  private Tensor labels(Batch batch) {
    Tensor labels = TensorConversion.convert(given(batch), ElementType.INT64, "the labels");
    return task == Task.CAUSAL_LM ? next(labels) : labels;
  }

  /** Position t of the logits predicts token t + 1; the last one predicts nothing known. */
  private static Tensor next(Tensor labels) {
    long[] ids = labels.toLongs();
    int length = Math.toIntExact(labels.dim(-1));
    long[] next = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      next[i] = (i + 1) % length == 0 ? Labels.IGNORED : ids[i + 1];
    }
    return Tensor.ofLongs(next, labels.shape());
  }

  private static Tensor given(Batch batch) {
    return batch
        .labels()
        .orElseThrow(
            () ->
                DataException.doing("training on labels")
                    .expected("labels in the data")
                    .found("none")
                    .fix("Give data with labels, or --teacher to train without them."));
  }

  /** Tokens of a batch that are no padding; 0 where the model reads none. */
  static long tokens(Batch batch) {
    if (batch.mask().isPresent()) {
      long tokens = 0;
      for (long token : batch.mask().get().toLongs()) {
        tokens += token;
      }
      return tokens;
    }
    return batch.inputs().values().stream()
        .filter(input -> input.type() == ElementType.INT64 && input.rank() == 2)
        .mapToLong(Tensor::elementCount)
        .max()
        .orElse(0);
  }
}
