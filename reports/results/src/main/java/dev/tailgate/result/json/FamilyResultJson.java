package dev.tailgate.result.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailgate.result.FamilyResult;

/** Reads and writes a {@link FamilyResult} as JSON, in the manner of {@link RunResultJson}. */
public final class FamilyResultJson {
  private FamilyResultJson() {}

  /** The result as JSON text that ends with a line feed. */
  public static String write(FamilyResult result) {
    return RecordMapper.write(result);
  }

  /**
   * The result that a text holds.
   *
   * @throws ResultFormatException where it holds none
   */
  public static FamilyResult read(String json) {
    JsonNode tree = RecordMapper.tree(json, "a family of models");
    return RecordMapper.read(tree, json, FamilyResult.class, "a family of models");
  }
}
