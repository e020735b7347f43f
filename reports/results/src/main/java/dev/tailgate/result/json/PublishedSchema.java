package dev.tailgate.result.json;

import dev.tailgate.result.resource.ResourceText;

/** The JSON Schemas of what is written, draft 2020-12. */
public enum PublishedSchema {
  /** Of an audit: {@code result.json}, and {@code tailgate audit --format json}. */
  RUN_RESULT("run-result"),
  /** Of {@code tailgate inspect --format json}. */
  INSPECTION("inspection"),
  /** Of {@code tailgate rewrite --format json}. */
  REWRITE_REPORT("rewrite-report"),
  /** Of {@code tailgate quantize --format json}. */
  QUANTIZE_REPORT("quantize-report");

  private final String file;

  PublishedSchema(String name) {
    this.file = name + ".schema.json";
  }

  /** The schema as text. */
  public String text() {
    return ResourceText.beside(PublishedSchema.class, file);
  }
}
