package dev.tailgate.result.lab;

import dev.tailgate.result.ToolInfo;
import java.util.List;

/**
 * A day in the laboratory.
 *
 * @param schemaVersion version of the record layout
 * @param tool the program
 * @param ortVersion of ONNX Runtime
 * @param seed what all draws follow from
 * @param data what stood for real data, in words
 * @param studies in the order in which they were made
 */
public record LabResult(
    String schemaVersion,
    ToolInfo tool,
    String ortVersion,
    long seed,
    String data,
    List<Study> studies) {
  /** The layout of this version. */
  public static final String SCHEMA_VERSION = "1";

  /** Copies the list. */
  public LabResult {
    studies = List.copyOf(studies);
  }
}
