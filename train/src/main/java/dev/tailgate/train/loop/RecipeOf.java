package dev.tailgate.train.loop;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.RuntimeInfo;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ModelDigest;
import dev.tailgate.quant.placement.Selector;
import dev.tailgate.train.checkpoint.Recipe;
import dev.tailgate.train.graph.ParameterGroup;
import dev.tailgate.train.graph.TrainingGraph;
import dev.tailgate.train.graph.TrainingPlan;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The recipe of a training, by which a checkpoint is known to be one of it. */
final class RecipeOf {
  private static final int BATCHES = 2;

  private RecipeOf() {}

  static Recipe training(Training training, PreparedStudent student, TrainingGraph graph) {
    TrainingPlan step = training.step();
    LoopPlan loop = training.loop();
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("model", ModelDigest.of(student.saved()));
    training.teacher().ifPresent(teacher -> parts.put("teacher", ModelDigest.of(teacher)));
    parts.put("seed", Long.toString(loop.seed()));
    parts.put("data", training.data().description());
    parts.put("first batches", firstBatches(training));
    training.heldOut().ifPresent(data -> parts.put("held out", data.description()));
    parts.put(
        "losses",
        step.losses().stream()
            .map(loss -> loss.factor() + " " + loss.loss())
            .collect(Collectors.joining(" + ")));
    training.quantizing().ifPresent(q -> parts.put("quantizers", q.settings().scheme().toString()));
    parts.put("optimiser", step.optimiser().toString());
    parts.put("groups", groups(step));
    parts.put("clip norm", words(step.clip()));
    parts.put("accumulation", Integer.toString(step.accumulation()));
    parts.put("moving average", words(step.average()));
    parts.put("schedule", loop.schedule().toString());
    parts.put("rows of a batch", Integer.toString(loop.rows()));
    parts.put("score every", Long.toString(loop.evaluateEvery()));
    parts.put("patience", Integer.toString(loop.patience()));
    parts.put("threads", threads(training.options()));
    parts.put("device", training.options().provider().label());
    parts.put("ONNX Runtime", RuntimeInfo.version());
    parts.put("graph of a step", ModelDigest.of(graph.model()));
    return new Recipe(parts);
  }

  private static String threads(RunnerOptions options) {
    return options.threads() == 0
        ? "all of " + Runtime.getRuntime().availableProcessors()
        : Integer.toString(options.threads());
  }

  private static String words(OptionalDouble number) {
    return number.isPresent() ? Double.toString(number.getAsDouble()) : "none";
  }

  private static String groups(TrainingPlan step) {
    List<String> words = new ArrayList<>();
    for (ParameterGroup group : step.groups()) {
      String of = group.of().stream().map(Selector::text).collect(Collectors.joining(" or "));
      words.add(
          of
              + (group.isFrozen()
                  ? " frozen"
                  : " at " + group.rate() + " of the rate with decay " + group.decay()));
    }
    words.add("others with decay " + step.decay());
    return String.join(", ", words);
  }

  /** A hash of the first batches of the first epoch, and how many rows there are. */
  private static String firstBatches(Training training) {
    EpochReader batches =
        new EpochReader(training.data(), training.loop().rows(), training.loop().seed(), 0, 0);
    MessageDigest digest = sha256();
    for (int i = 0; i < BATCHES; i++) {
      Batch batch = batches.next();
      Map<String, Tensor> tensors = new TreeMap<>(batch.inputs());
      batch.labels().ifPresent(labels -> tensors.put("labels", labels));
      digest.update(Arrays.toString(batch.places()).getBytes(StandardCharsets.UTF_8));
      tensors.forEach(
          (name, tensor) -> {
            digest.update((name + tensor).getBytes(StandardCharsets.UTF_8));
            digest.update(tensor.data());
          });
    }
    return HexFormat.of().formatHex(digest.digest()) + " of " + training.data().samples() + " rows";
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
