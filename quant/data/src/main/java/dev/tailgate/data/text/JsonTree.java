package dev.tailgate.data.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small JSON file as maps, lists, texts, numbers and truth; what is null is left out of maps. */
final class JsonTree {
  private static final long MOST_BYTES = 1 << 20;

  private JsonTree() {}

  /** Reads the file. */
  static Object read(Path path) throws IOException {
    if (Files.size(path) > MOST_BYTES) {
      throw new IOException(Files.size(path) + " bytes");
    }
    try (InputStream in = Files.newInputStream(path);
        JsonParser json = new JsonFactory().createParser(in)) {
      json.nextToken();
      return value(json);
    }
  }

  private static Object value(JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    if (token == null) {
      throw new IOException("an empty file");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          if (json.nextToken() != JsonToken.VALUE_NULL) {
            map.put(name, value(json));
          }
        }
        yield map;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(json));
        }
        yield list;
      }
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      default -> json.getText();
    };
  }
}
