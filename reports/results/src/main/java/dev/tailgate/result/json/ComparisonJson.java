package dev.tailgate.result.json;

import dev.tailgate.result.compare.Comparison;

/** Writes a {@link Comparison} as JSON, in the manner of {@link RunResultJson}. */
public final class ComparisonJson {
  private ComparisonJson() {}

  /** The comparison as JSON text that ends with a line feed. */
  public static String write(Comparison comparison) {
    return RecordMapper.write(comparison);
  }
}
