package dev.tailgate.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;

/**
 * Records for programs, in the words of the other JSON files. Numbers that are not finite are
 * strings.
 */
public final class JsonPrinter {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private JsonPrinter() {}

  /** Prints {@code record} as one JSON object. */
  public static void print(Record record, PrintWriter out) {
    try {
      out.println(MAPPER.writeValueAsString(record));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Records do not serialise", e);
    }
  }
}
