package dev.tailgate.file.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where a value stands in JSON. */
final class JsonPlace {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonPlace() {}

  /** {@code taps[3].kurtosis}, or {@code the file} for all of it. */
  static String words(List<Reference> path) {
    StringBuilder words = new StringBuilder();
    for (Reference step : path) {
      if (step.getFieldName() == null) {
        words.append('[').append(step.getIndex()).append(']');
      } else {
        words.append(words.isEmpty() ? "" : ".").append(JsonWords.cut(step.getFieldName()));
      }
    }
    return words.isEmpty() ? "the file" : words.toString();
  }

  /** The value there, or a missing one. */
  static JsonNode follow(List<Reference> path, JsonNode tree) {
    JsonNode node = tree;
    for (Reference step : path) {
      node =
          step.getFieldName() == null ? node.path(step.getIndex()) : node.path(step.getFieldName());
    }
    return node;
  }

  /** Its line and column, or those of the value around it where it is missing. */
  static Optional<JsonLocation> find(List<Reference> path, String text) {
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      JsonLocation at = json.currentTokenLocation();
      for (Reference step : path) {
        if (!enter(json, step)) {
          break;
        }
        at = json.currentTokenLocation();
      }
      return Optional.of(at);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Goes to a value inside the one that the parser stands at. */
  private static boolean enter(JsonParser json, Reference step) throws IOException {
    JsonToken around = json.currentToken();
    if (step.getFieldName() != null && around == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isIt = json.currentName().equals(step.getFieldName());
        json.nextToken();
        if (isIt) {
          return true;
        }
        json.skipChildren();
      }
    }
    if (step.getFieldName() == null && around == JsonToken.START_ARRAY) {
      for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
        if (i == step.getIndex()) {
          return true;
        }
        json.skipChildren();
      }
    }
    return false;
  }
}
