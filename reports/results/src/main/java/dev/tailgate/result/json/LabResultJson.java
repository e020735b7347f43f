package dev.tailgate.result.json;

import dev.tailgate.result.lab.LabResult;

/** Writes a {@link LabResult} as JSON, in the manner of {@link RunResultJson}. */
public final class LabResultJson {
  private LabResultJson() {}

  /** The result as JSON text that ends with a line feed. */
  public static String write(LabResult result) {
    return RecordMapper.write(result);
  }
}
