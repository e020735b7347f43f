package dev.tailgate.result.json;

import dev.tailgate.result.resource.ResourceText;

/** The published JSON Schema of run results. */
public final class RunResultSchema {
  private RunResultSchema() {}

  /** The schema, JSON Schema draft 2020-12, as text. */
  public static String text() {
    return ResourceText.beside(RunResultSchema.class, "run-result.schema.json");
  }
}
