package dev.tailgate.result.json;

import com.fasterxml.jackson.core.JsonProcessingException;

/** Records as JSON inside a page. */
public final class InlineJson {
  private InlineJson() {}

  /**
   * The record on one line, as in a result, with every {@code <} and {@code &} written as an escape
   * so that no text in it can end the element around it.
   */
  public static String write(Record value) {
    try {
      return RecordMapper.MAPPER
          .writeValueAsString(value)
          .replace("<", "\\u003c")
          .replace("&", "\\u0026");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("writing data of a page as JSON", e);
    }
  }
}
