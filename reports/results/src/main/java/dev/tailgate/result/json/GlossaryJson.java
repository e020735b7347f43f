package dev.tailgate.result.json;

import dev.tailgate.result.glossary.Glossary;

/** Writes a {@link Glossary} as JSON, in the manner of {@link RunResultJson}. */
public final class GlossaryJson {
  private GlossaryJson() {}

  /** The glossary as JSON text that ends with a line feed. */
  public static String write(Glossary glossary) {
    return RecordMapper.write(glossary);
  }
}
