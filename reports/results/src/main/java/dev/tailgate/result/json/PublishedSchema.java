package dev.tailgate.result.json;

import dev.tailgate.result.resource.ResourceText;

/** The JSON Schemas of what is written, draft 2020-12. */
public enum PublishedSchema {
  /** Of an audit: {@code result.json}, and {@code tailgate audit --format json}. */
  RUN_RESULT("run-result"),
  /** Of {@code tailgate inspect --format json}. */
  INSPECTION("inspection"),
  /** Of {@code tailgate new --format json}. */
  BUILD_REPORT("build-report"),
  /** Of {@code tailgate rewrite --format json}. */
  REWRITE_REPORT("rewrite-report"),
  /** Of {@code tailgate quantize --format json}. */
  QUANTIZE_REPORT("quantize-report"),
  /** Of a healing: {@code heal.json}, and {@code tailgate heal --format json}. */
  HEAL_RESULT("heal-result"),
  /** Of a training: {@code train.json}, and {@code tailgate train --format json}. */
  TRAIN_RESULT("train-result"),
  /** Of a cure: {@code cure.json}, and {@code tailgate cure --format json}. */
  CURE_RESULT("cure-result"),
  /** Of a comparison: {@code compare.json}, and {@code tailgate compare --format json}. */
  COMPARISON("comparison"),
  /** Of the laboratory: {@code lab.json}, and {@code tailgate lab --format json}. */
  LAB_RESULT("lab-result"),
  /** Of {@code tailgate gate --format json}. */
  GATE_REPORT("gate-report");

  private final String file;

  PublishedSchema(String name) {
    this.file = name + ".schema.json";
  }

  /** The schema as text. */
  public String text() {
    return ResourceText.beside(PublishedSchema.class, file);
  }
}
