package dev.tailgate.quant.encodings;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.file.json.JsonWords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads lists of entries, without a tree: per-block encodings have millions of numbers. Nested
 * lists of numbers are read as one, row by row.
 */
final class EntryReader {
  private static final int MOST_NUMBERS = 1 << 25;

  private final JsonParser json;
  private final String file;
  private int numbers;

  EntryReader(JsonParser json, String file) {
    this.json = json;
    this.file = file;
  }

  /** The entries of a list that the parser stands at the beginning of. */
  List<EncodingEntry> list(String field) throws IOException {
    List<EncodingEntry> entries = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      EncodingEntry entry = new EncodingEntry(file, field + "[" + entries.size() + "]");
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw entry.refused("keys and values", JsonWords.found(json));
      }
      fill(entry);
      entries.add(entry);
    }
    return entries;
  }

  private void fill(EncodingEntry entry) throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      switch (json.nextToken()) {
        case VALUE_STRING -> entry.put(field, json.getText());
        case VALUE_TRUE, VALUE_FALSE -> entry.put(field, json.getBooleanValue());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
          count(entry);
          entry.put(field, new double[] {json.getDoubleValue()});
        }
        case START_ARRAY -> array(entry, field);
        case VALUE_NULL -> {
          // As if it were not there.
        }
        default -> {
          entry.putOther(field, JsonWords.found(json));
          json.skipChildren();
        }
      }
    }
  }

  private void array(EncodingEntry entry, String field) throws IOException {
    double[] values = new double[8];
    int count = 0;
    int depth = 1;
    String other = "";
    while (depth > 0) {
      JsonToken token = json.nextToken();
      if (token == JsonToken.START_ARRAY) {
        depth++;
      } else if (token == JsonToken.END_ARRAY) {
        depth--;
      } else if (token.isNumeric()) {
        count(entry);
        values = count == values.length ? Arrays.copyOf(values, 2 * count) : values;
        values[count++] = json.getDoubleValue();
      } else {
        other = other.isEmpty() ? JsonWords.found(json) : other;
        json.skipChildren();
      }
    }
    if (other.isEmpty()) {
      entry.put(field, Arrays.copyOf(values, count));
    } else {
      entry.putOther(field, "a list with " + other);
    }
  }

  private void count(EncodingEntry entry) {
    if (++numbers > MOST_NUMBERS) {
      throw tooMany(entry);
    }
  }

  private static DataException tooMany(EncodingEntry entry) {
    return entry.refused("at most " + MOST_NUMBERS + " numbers in a file", "more");
  }
}
