package dev.tailgate.reports.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailgate.reports.Samples;
import dev.tailgate.stats.result.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the published schema and what is written together, in both directions. */
class PublishedSchemaTest {
  private final ObjectMapper mapper = new ObjectMapper();
  private final List<String> problems = new ArrayList<>();

  @Test
  void describesEveryResult() throws IOException {
    JsonNode schema = mapper.readTree(RunResultSchema.text());
    for (RunResult result : List.of(Samples.vanilla(), Samples.synthetic(), Samples.hostile())) {
      check(schema, schema, mapper.readTree(RunResultJson.write(result)), "$");
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void noticesAWrongFile() throws IOException {
    JsonNode schema = mapper.readTree(RunResultSchema.text());
    String wrong =
        RunResultJson.write(Samples.vanilla())
            .replace("\"opset\": 17", "\"opset\": \"seventeen\"")
            .replace("\"direction\": \"lower\"", "\"direction\": \"sideways\"");
    check(schema, schema, mapper.readTree(wrong), "$");
    assertThat(problems)
        .anyMatch(p -> p.startsWith("$.model.opset"))
        .anyMatch(p -> p.startsWith("$.task.direction"));
  }

  private void check(JsonNode root, JsonNode schema, JsonNode value, String at) {
    JsonNode rule = schema;
    if (rule.has("$ref")) {
      rule = root.at(rule.get("$ref").asText().substring(1));
    }
    if (rule.has("anyOf")) {
      if (!value.isNull()) {
        check(root, rule.get("anyOf").get(0), value, at);
      }
      return;
    }
    if (rule.has("enum") && !contains(rule.get("enum"), value)) {
      problems.add(at + " is " + value + ", not one of " + rule.get("enum"));
    }
    if (rule.has("type") && !hasType(rule.get("type"), value)) {
      problems.add(at + " is " + value + ", expected " + rule.get("type"));
      return;
    }
    if (value.isObject()) {
      JsonNode properties = rule.path("properties");
      for (JsonNode name : rule.path("required")) {
        if (!value.has(name.asText())) {
          problems.add(at + " lacks " + name.asText());
        }
      }
      for (String name : (Iterable<String>) value::fieldNames) {
        if (!properties.has(name)) {
          problems.add(at + "." + name + " is not described");
        } else {
          check(root, properties.get(name), value.get(name), at + "." + name);
        }
      }
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        check(root, rule.path("items"), value.get(i), at + "[" + i + "]");
      }
    }
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode item : list) {
      if (item.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasType(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      for (JsonNode one : type) {
        if (hasType(one, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new IllegalArgumentException("type " + type);
    };
  }
}
