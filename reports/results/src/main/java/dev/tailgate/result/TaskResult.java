package dev.tailgate.result;

import dev.tailgate.stats.metric.Direction;
import java.util.List;
import java.util.Optional;

/**
 * What quantization costs on the task.
 *
 * <p>With labelled data, {@code fp}, {@code quantized} and {@code delta} hold the task metric.
 * Without labels there is nothing to score the float model against: {@code fp} and {@code delta}
 * are empty and {@code quantized} is the agreement metric that {@code name} and {@code unit} speak
 * of.
 *
 * @param kind the task, such as {@code masked-lm}; empty in files of earlier versions
 * @param name the metric, for example {@code perplexity} or {@code agreement with FP on synthetic
 *     inputs}
 * @param unit its unit, or empty
 * @param direction which way it improves
 * @param fp score of the model as given
 * @param quantized score of the simulated quantized model
 * @param delta quantized minus float, in the metric's unit
 * @param metrics every task metric, the headline first; empty without labels
 * @param perSample what each sample contributes to the headline metric; empty without labels, for
 *     metrics that are no ratio of sums, and beyond {@link SampleScores#MOST} samples
 * @param agreement quantized against float outputs, always measured
 */
public record TaskResult(
    Optional<String> kind,
    String name,
    String unit,
    Direction direction,
    Optional<Score> fp,
    Optional<Score> quantized,
    Optional<Score> delta,
    List<TaskMetric> metrics,
    Optional<SampleScores> perSample,
    List<Agreement> agreement) {

  /** The name of the task when inputs are made up and labels do not exist. */
  public static final String SYNTHETIC = "agreement with FP on synthetic inputs";

  /** Copies what could change, and refuses what cannot be. */
  public TaskResult {
    Require.text("task.name", name);
    metrics = List.copyOf(metrics);
    agreement = List.copyOf(agreement);
  }

  /** The agreement metric of that id, if it was measured. */
  public Optional<Agreement> agreement(String id) {
    return agreement.stream().filter(a -> a.id().equals(id)).findFirst();
  }
}
