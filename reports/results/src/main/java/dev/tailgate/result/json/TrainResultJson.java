package dev.tailgate.result.json;

import dev.tailgate.result.TrainResult;

/** Writes a {@link TrainResult} as JSON, in the manner of {@link RunResultJson}. */
public final class TrainResultJson {
  private TrainResultJson() {}

  /** The result as JSON text that ends with a line feed. */
  public static String write(TrainResult result) {
    return RecordMapper.write(result);
  }
}
