package dev.tailgate.result;

import dev.tailgate.stats.metric.Direction;
import java.util.List;
import java.util.Optional;

/**
 * What came of a cure: a model as it was, rewritten to another attention, and trained with it to do
 * what it did before. All three were measured on the same held-out samples, which no step of the
 * training and no choice in it has seen.
 *
 * @param schemaVersion version of the record layout
 * @param tool the program that cured
 * @param model the file
 * @param out the cured file
 * @param method what its attention became, in words
 * @param scheme what all three were quantized to in simulation
 * @param data which samples were for what
 * @param metric the task metric; empty without labels
 * @param unit its unit, or empty
 * @param direction which way it improves
 * @param stages the original, the rewritten and the cured model, in this order
 * @param training how it was trained
 * @param warnings what the reader should know before trusting the numbers
 */
public record CureResult(
    String schemaVersion,
    ToolInfo tool,
    String model,
    String out,
    String method,
    String scheme,
    Data data,
    Optional<String> metric,
    String unit,
    Direction direction,
    List<Stage> stages,
    Training training,
    List<String> warnings) {
  /** The layout these records describe. */
  public static final String SCHEMA_VERSION = "1";

  /** Copies the lists, and refuses other stages than the three. */
  public CureResult {
    Require.text("schema_version", schemaVersion);
    Require.text("method", method);
    Require.text("scheme", scheme);
    stages = List.copyOf(stages);
    warnings = List.copyOf(warnings);
    if (!stages.stream().map(Stage::kind).toList().equals(List.of(Kind.values()))) {
      throw new IllegalArgumentException(
          "stages are "
              + stages.stream().map(Stage::kind).toList()
              + ", expected "
              + List.of(Kind.values()));
    }
  }

  /** The model at a stage. */
  public Stage stage(Kind kind) {
    return stages.stream().filter(stage -> stage.kind() == kind).findFirst().orElseThrow();
  }

  /** What a model is. */
  public enum Kind {
    /** As it was given. */
    ORIGINAL,
    /** With its new attention, before training. */
    REWRITTEN,
    /** After training. */
    CURED
  }

  /**
   * Which samples were for what; none is for two of them.
   *
   * @param description the data it was trained on
   * @param training how many of its samples
   * @param validation samples that training was watched on, and may have been stopped by
   * @param heldOutDescription the data the stages were measured on
   * @param heldOut how many of its samples
   * @param heldOutSha256 hash of those, as the audits have it
   * @param labels whether labels of the training samples were used
   */
  public record Data(
      String description,
      long training,
      long validation,
      String heldOutDescription,
      long heldOut,
      Optional<String> heldOutSha256,
      boolean labels) {
    /** Refuses what cannot be. */
    public Data {
      Require.notNegative("data.training", training);
      Require.notNegative("data.validation", validation);
      Require.notNegative("data.held_out", heldOut);
    }
  }

  /**
   * One of the models, measured on the held-out samples. Differences are over the same samples for
   * both sides, with 95 % intervals from joint draws.
   *
   * @param kind which one
   * @param fp task metric of the float model; empty without labels
   * @param quantized of the quantized one, likewise
   * @param cost {@code quantized - fp}
   * @param fpChange {@code fp} minus that of the original; empty for the original
   * @param quantizedChange {@code quantized} minus that of the original, likewise
   * @param costChange {@code cost} minus that of the original, likewise
   * @param sqnr of the float outputs against those of the original, in dB; infinite where they are
   *     equal
   * @param quantizedSqnr of the quantized outputs against the model's own float outputs, in dB
   * @param averageKurtosis mean over the taps of the preset
   * @param maxInfNorm largest over the taps of the preset
   * @param sinkRate share of heads and samples whose first token takes more than 0.3 of the
   *     attention in the mean, see {@link Evidence#sinkRate}; empty where no attention could be
   *     read
   */
  public record Stage(
      Kind kind,
      Optional<Score> fp,
      Optional<Score> quantized,
      Optional<Score> cost,
      Optional<Score> fpChange,
      Optional<Score> quantizedChange,
      Optional<Score> costChange,
      double sqnr,
      double quantizedSqnr,
      double averageKurtosis,
      double maxInfNorm,
      Optional<Double> sinkRate) {}

  /**
   * How it was trained.
   *
   * @param steps updates of the weights that the cured model has behind it
   * @param samples samples that these steps saw, each as often as it was seen
   * @param seconds that training took
   * @param ended why it ended
   * @param recipe everything that is needed to repeat it, in the order of the page
   * @param losses along the steps, at most {@value #MOST_POINTS}
   * @param validation the error on validation samples along the steps
   */
  public record Training(
      long steps,
      long samples,
      double seconds,
      String ended,
      List<Setting> recipe,
      List<Point> losses,
      List<Point> validation) {
    /** More points than this are thinned out before they are kept. */
    public static final int MOST_POINTS = 500;

    /** Copies the lists. */
    public Training {
      Require.notNegative("training.steps", steps);
      Require.notNegative("training.samples", samples);
      recipe = List.copyOf(recipe);
      losses = List.copyOf(losses);
      validation = List.copyOf(validation);
    }
  }

  /**
   * A part of the recipe.
   *
   * @param name what it is, such as {@code learning rate}
   * @param value what it was
   */
  public record Setting(String name, String value) {
    /** Refuses settings without a name. */
    public Setting {
      Require.text("setting.name", name);
    }
  }

  /**
   * A number after a step.
   *
   * @param step how many updates had been made, from 0
   * @param value the number
   */
  public record Point(long step, double value) {
    /** Refuses steps before the first. */
    public Point {
      Require.notNegative("point.step", step);
    }
  }
}
