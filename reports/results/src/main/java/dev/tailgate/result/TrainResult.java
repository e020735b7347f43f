package dev.tailgate.result;

import dev.tailgate.stats.metric.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What came of a training.
 *
 * @param schemaVersion version of the record layout
 * @param tool the program that trained
 * @param model the file
 * @param out the trained file
 * @param teacher the file whose outputs were to be met; empty without
 * @param ortVersion of ONNX Runtime
 * @param data which samples were for what
 * @param losses what was made small
 * @param metric of the held-out samples
 * @param direction which way it improves
 * @param before the metric before the first step
 * @param after the metric of the weights that were written
 * @param steps updates that were made
 * @param chosen the step whose weights were written, the one with the best metric
 * @param end why it ended
 * @param samples samples that the steps saw, each as often as it was seen
 * @param tokens the same in tokens; 0 where the model reads none
 * @param seconds the time it took
 * @param weights what was trained
 * @param curve the loss at each step
 * @param scores the metric along the steps
 * @param quantized what a training through quantizers ends in; then {@code before}, {@code after}
 *     and {@code scores} are of the model that rounds; empty without quantizers
 * @param recipe all that the bits of the trained weights follow from, with hashes and versions
 * @param warnings what the reader should know before trusting the numbers
 */
public record TrainResult(
    String schemaVersion,
    ToolInfo tool,
    String model,
    String out,
    Optional<String> teacher,
    String ortVersion,
    Data data,
    List<String> losses,
    Optional<String> metric,
    Direction direction,
    Optional<Double> before,
    Optional<Double> after,
    long steps,
    long chosen,
    End end,
    long samples,
    long tokens,
    double seconds,
    Weights weights,
    List<Step> curve,
    List<Scored> scores,
    Optional<Quantized> quantized,
    List<Setting> recipe,
    List<String> warnings) {
  /** The layout these records describe. */
  public static final String SCHEMA_VERSION = "1";

  /** Copies the lists. */
  public TrainResult {
    Require.text("schema_version", schemaVersion);
    losses = List.copyOf(losses);
    curve = List.copyOf(curve);
    scores = List.copyOf(scores);
    recipe = List.copyOf(recipe);
    warnings = List.copyOf(warnings);
  }

  /** The same with what training through quantizers ended in, and more warnings. */
  public TrainResult with(Quantized end, List<String> more) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(more);
    return new TrainResult(
        schemaVersion,
        tool,
        model,
        out,
        teacher,
        ortVersion,
        data,
        losses,
        metric,
        direction,
        before,
        after,
        steps,
        chosen,
        this.end,
        samples,
        tokens,
        seconds,
        weights,
        curve,
        scores,
        Optional.of(end),
        recipe,
        all);
  }

  /**
   * The end of a training through quantizers.
   *
   * @param scheme what was rounded to what
   * @param encodings the file of grids that it was trained on
   * @param model the deployable model on these grids
   * @param floatBefore the metric of the model before training, in floats
   * @param floatAfter the metric of the trained model in floats
   * @param deployed the metric of the deployable model as ONNX Runtime runs it
   */
  public record Quantized(
      String scheme,
      String encodings,
      String model,
      double floatBefore,
      double floatAfter,
      double deployed) {}

  /** Why a training ended. */
  public enum End {
    /** All steps were made. */
    STEPS,
    /** Scores on held-out samples got no better. */
    PATIENCE
  }

  /**
   * Which samples were for what; none is for both.
   *
   * @param description the data it was trained on
   * @param samples how many of its samples
   * @param heldOutDescription the data it was scored on
   * @param heldOut how many of its samples
   */
  public record Data(String description, long samples, String heldOutDescription, long heldOut) {}

  /**
   * What was trained.
   *
   * @param tensors weights
   * @param elements numbers in them
   * @param frozen weights that stayed as they were
   */
  public record Weights(int tensors, long elements, int frozen) {}

  /**
   * One update.
   *
   * @param step which, from 1
   * @param loss the sum that is made small, in the mean of its batches
   * @param rate the learning rate
   */
  public record Step(long step, double loss, double rate) {}

  /**
   * One score.
   *
   * @param step updates before it
   * @param value the metric
   */
  public record Scored(long step, double value) {}

  /**
   * One part of the recipe.
   *
   * @param name what it is
   * @param value what it was
   */
  public record Setting(String name, String value) {}
}
