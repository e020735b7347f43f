package dev.tailgate.result;

import java.util.List;
import java.util.Optional;

/**
 * A family of models that one recipe trained.
 *
 * @param schemaVersion version of the record layout
 * @param tool the program that trained
 * @param ortVersion of ONNX Runtime
 * @param family its name
 * @param recipe the recipe, as it was read
 * @param recipeSha256 its hash
 * @param data the data, in words
 * @param floor the metric of somebody who knows how the data was made; empty where it is not known
 * @param models what was trained
 */
public record FamilyResult(
    String schemaVersion,
    ToolInfo tool,
    String ortVersion,
    String family,
    String recipe,
    String recipeSha256,
    String data,
    Optional<Double> floor,
    List<Model> models) {
  /** The layout of this version. */
  public static final String SCHEMA_VERSION = "1";

  /** Copies the list. */
  public FamilyResult {
    models = List.copyOf(models);
  }

  /**
   * One model.
   *
   * @param method its attention
   * @param seed of its weights and batches
   * @param file its name in the folder of this record
   * @param sha256 its hash
   * @param weights how many numbers were trained
   * @param steps how many updates there were
   * @param seconds the time of the training
   * @param loss its mean over the last tenth of the steps
   * @param metric the metric of the task
   * @param floating its value in floats
   * @param quantized its value under W8A8
   * @param averageKurtosis over the taps of the family
   * @param maxKurtosis over them
   * @param maxInfNorm over them
   */
  public record Model(
      String method,
      int seed,
      String file,
      String sha256,
      long weights,
      long steps,
      double seconds,
      double loss,
      String metric,
      double floating,
      double quantized,
      double averageKurtosis,
      double maxKurtosis,
      double maxInfNorm) {}

  /** The same with other models. */
  public FamilyResult with(List<Model> others) {
    return new FamilyResult(
        schemaVersion, tool, ortVersion, family, recipe, recipeSha256, data, floor, others);
  }
}
