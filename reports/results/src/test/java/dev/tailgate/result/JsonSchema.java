package dev.tailgate.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** A JSON Schema that documents are held against, by somebody else's validator. */
public final class JsonSchema {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Schema schema;

  private JsonSchema(Schema schema) {
    this.schema = schema;
  }

  /** The schema in a text. */
  public static JsonSchema of(String text) {
    return new JsonSchema(registry().getSchema(text, InputFormat.JSON));
  }

  /** The same, and objects may have no other keys than it describes. */
  public static JsonSchema closed(String text) throws IOException {
    JsonNode root = MAPPER.readTree(text);
    close(root);
    return of(root.toString());
  }

  /** The schema of SARIF 2.1.0 as OASIS publishes it. */
  public static JsonSchema sarif() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            JsonSchema.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json"))) {
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** What is wrong with a document, each with its place; empty for nothing. */
  public List<String> problems(String json) {
    return schema.validate(json, InputFormat.JSON).stream().map(Error::toString).toList();
  }

  private static SchemaRegistry registry() {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  }

  private static void close(JsonNode node) {
    if (node instanceof ObjectNode object && object.path("properties").isObject()) {
      object.put("additionalProperties", false);
    }
    node.forEach(JsonSchema::close);
  }
}
