package dev.tailgate.data.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the files that vocabularies come in; all throw on what they cannot read. */
final class VocabularyReader {
  /** Entries of the largest vocabularies in use, many times over. */
  private static final int MOST_ENTRIES = 1 << 24;

  private VocabularyReader() {}

  /** Whether a JSON file has an object {@code model}, as a {@code tokenizer.json} does. */
  static boolean hasModel(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path);
        JsonParser json = new JsonFactory().createParser(in)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isModel = json.currentName().equals("model");
        if (json.nextToken() == JsonToken.START_OBJECT && isModel) {
          return true;
        }
        json.skipChildren();
      }
      return false;
    }
  }

  /**
   * A JSON object of tokens and their ids: the whole file, or the first such object in it, as where
   * {@code token2id} stands beside {@code id2token}.
   */
  static Map<String, Integer> map(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path);
        JsonParser json = new JsonFactory().createParser(in)) {
      Map<String, Integer> ids =
          json.nextToken() == JsonToken.START_OBJECT ? object(json) : Map.of();
      if (ids.isEmpty()) {
        throw new IOException("no map of tokens to ids");
      }
      return distinct(ids);
    }
  }

  /** The open object, if all its values are integers, otherwise the first such one inside it. */
  private static Map<String, Integer> object(JsonParser json) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    Map<String, Integer> inside = Map.of();
    boolean isMap = true;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.VALUE_NUMBER_INT) {
        put(ids, name, json.getIntValue());
        continue;
      }
      isMap = false;
      if (value == JsonToken.START_OBJECT) {
        Map<String, Integer> found = object(json);
        inside = inside.isEmpty() ? found : inside;
      } else {
        json.skipChildren();
      }
    }
    return isMap ? ids : inside;
  }

  /** A flag on the top level of a JSON file; empty without the file or the flag. */
  static Optional<Boolean> setting(Path path, String field) throws IOException {
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(path);
        JsonParser json = new JsonFactory().createParser(in)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isWanted = json.currentName().equals(field);
        JsonToken value = json.nextToken();
        if (isWanted && value.isBoolean()) {
          return Optional.of(value == JsonToken.VALUE_TRUE);
        }
        json.skipChildren();
      }
      return Optional.empty();
    }
  }

  /** A token a line, numbered from 0; {@code \n} and {@code \t} on a line are those characters. */
  static Map<String, Integer> lines(Path path) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      int id = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String token = line.equals("\\n") ? "\n" : line.equals("\\t") ? "\t" : line;
        put(ids, token, id++);
      }
    }
    if (ids.isEmpty()) {
      throw new IOException("an empty file");
    }
    return ids;
  }

  /** The merges of byte pairs, without the line of the version. */
  static List<String> merges(Path path) throws IOException {
    List<String> merges = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        boolean isVersion = number == 1 && line.startsWith("#version");
        if (isVersion || line.isEmpty()) {
          continue;
        }
        if (line.split(" ", -1).length != 2 || merges.size() >= MOST_ENTRIES) {
          throw new IOException("not a pair on line " + number);
        }
        merges.add(line);
      }
    }
    return merges;
  }

  private static void put(Map<String, Integer> ids, String token, int id) throws IOException {
    if (id < 0 || ids.size() >= MOST_ENTRIES) {
      throw new IOException("id " + id + " for token " + token);
    }
    // Of equal lines the last one counts, as in BERT's own reader.
    ids.put(token, id);
  }

  private static Map<String, Integer> distinct(Map<String, Integer> ids) throws IOException {
    Map<Integer, String> tokens = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      String other = tokens.put(entry.getValue(), entry.getKey());
      if (other != null) {
        throw new IOException(
            String.format(
                Locale.ROOT, "id %d for both %s and %s", entry.getValue(), other, entry.getKey()));
      }
    }
    return ids;
  }
}
