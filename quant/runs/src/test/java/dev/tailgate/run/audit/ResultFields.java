package dev.tailgate.run.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.json.RunResultJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Every field of a result by its path, and which of two results differ. */
final class ResultFields {
  /** What was asked for, which differs because it was. */
  static final Set<String> ASKED = Set.of("/run/batch_size", "/run/device");

  /**
   * For numbers with a fraction, relative to the larger one: kernels sum float32 in another order
   * for another number of samples or threads, and a result is sums of thousands of such values.
   * Whole numbers, words and choices have to be equal.
   */
  static final double TOLERANCE = 1e-5;

  private ResultFields() {}

  static NavigableMap<String, JsonNode> of(RunResult result) {
    NavigableMap<String, JsonNode> fields = new TreeMap<>();
    try {
      add(fields, "", new ObjectMapper().readTree(RunResultJson.write(result)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    ASKED.forEach(fields::remove);
    return fields;
  }

  private static void add(NavigableMap<String, JsonNode> fields, String path, JsonNode node) {
    if (node.isValueNode()) {
      fields.put(path, node);
      return;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      add(fields, path + "/" + field.getKey(), field.getValue());
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      add(fields, path + "/" + i, node.get(i));
    }
  }

  /** Fields that differ, with both values; fields that only one has among them. */
  static List<String> differences(RunResult one, RunResult other) {
    NavigableMap<String, JsonNode> a = of(one);
    NavigableMap<String, JsonNode> b = of(other);
    Set<String> paths = new TreeSet<>(a.keySet());
    paths.addAll(b.keySet());
    List<String> differences = new ArrayList<>();
    for (String path : paths) {
      JsonNode x = a.get(path);
      JsonNode y = b.get(path);
      if (x == null || y == null || !same(x, y)) {
        differences.add(path + ": " + x + " | " + y);
      }
    }
    return differences;
  }

  private static boolean same(JsonNode x, JsonNode y) {
    if (!x.isFloatingPointNumber() || !y.isFloatingPointNumber()) {
      return x.equals(y);
    }
    double larger = Math.max(Math.abs(x.doubleValue()), Math.abs(y.doubleValue()));
    return Math.abs(x.doubleValue() - y.doubleValue()) <= TOLERANCE * larger;
  }
}
