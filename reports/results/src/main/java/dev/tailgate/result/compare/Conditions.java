package dev.tailgate.result.compare;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.wording.SchemeName;
import dev.tailgate.stats.metric.Direction;
import java.util.Optional;

/**
 * What must be the same for numbers to be comparable.
 *
 * @param metric the task metric
 * @param direction which way it improves
 * @param scheme quantization scheme, as the result says it
 * @param tapPreset which taps make the outlier numbers
 * @param data where the samples came from, in words
 * @param samples how many were evaluated
 * @param dataSha256 hash of the samples; empty in results that do not tell
 */
public record Conditions(
    String metric,
    Direction direction,
    String scheme,
    String tapPreset,
    String data,
    long samples,
    Optional<String> dataSha256) {
  /** The conditions of a result. Equal hashes are equal data, whatever the words say. */
  static Conditions of(RunResult result) {
    return new Conditions(
        result.task().name(),
        result.task().direction(),
        result.quantization().scheme(),
        result.run().tapPreset(),
        result.run().data(),
        result.run().samples(),
        result.run().dataSha256());
  }

  /** Two results with these may stand in one table. */
  String key() {
    return String.join(
        "\n", metric, scheme, tapPreset, dataSha256.map(h -> "#" + h).orElse("?" + data));
  }

  /** The scheme as tables print it. */
  public String schemeName() {
    return SchemeName.shown(scheme);
  }

  /** One line that tells these conditions from others. */
  public String inWords() {
    return metric
        + ", "
        + schemeName()
        + ", taps "
        + tapPreset
        + ", "
        + data
        + dataSha256.map(h -> " (" + h.substring(0, Math.min(8, h.length())) + ")").orElse("");
  }
}
