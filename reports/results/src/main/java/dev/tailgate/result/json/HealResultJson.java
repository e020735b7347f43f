package dev.tailgate.result.json;

import dev.tailgate.result.HealResult;

/** Writes a {@link HealResult} as JSON, in the manner of {@link RunResultJson}. */
public final class HealResultJson {
  private HealResultJson() {}

  /** The result as JSON text that ends with a line feed. */
  public static String write(HealResult result) {
    return RecordMapper.write(result);
  }
}
