package dev.tailgate.reports.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The published JSON Schema of run results. */
public final class RunResultSchema {
  private static final String FILE = "run-result.schema.json";

  private RunResultSchema() {}

  /** The schema, JSON Schema draft 2020-12, as text. */
  public static String text() {
    try (InputStream in = RunResultSchema.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("reading " + FILE + ": it is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + FILE, e);
    }
  }
}
