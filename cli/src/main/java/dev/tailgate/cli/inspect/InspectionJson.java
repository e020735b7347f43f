package dev.tailgate.cli.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;

/** An inspection for programs: every tap, in the words of the other JSON files. */
public final class InspectionJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private InspectionJson() {}

  /** Prints {@code inspection} as one JSON object. */
  public static void print(Inspection inspection, PrintWriter out) {
    try {
      out.println(MAPPER.writeValueAsString(inspection));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Inspection records do not serialise", e);
    }
  }
}
