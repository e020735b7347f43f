package dev.tailgate.result;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was built of an architecture.
 *
 * @param architecture its name, such as {@code bert}
 * @param fields its sizes and settings as text, in its order
 * @param seed what the weights were drawn from
 * @param method the method of its attentions, by name
 * @param sites its attentions
 * @param weights tensors that training may change
 * @param parameters the numbers in them
 * @param out the file that was written
 * @param bytes the size of that file and of what belongs to it
 */
public record BuildReport(
    String architecture,
    Map<String, String> fields,
    long seed,
    String method,
    int sites,
    int weights,
    long parameters,
    String out,
    long bytes) {
  /** Copies the map in its order, and refuses what cannot be. */
  public BuildReport {
    Require.text("architecture", architecture);
    Require.text("method", method);
    Require.text("out", out);
    Require.notNegative("sites", sites);
    Require.notNegative("weights", weights);
    Require.notNegative("parameters", parameters);
    Require.notNegative("bytes", bytes);
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }
}
