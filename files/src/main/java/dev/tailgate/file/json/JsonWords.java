package dev.tailgate.file.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Values of JSON as people call them. */
public final class JsonWords {
  private static final int LONGEST = 40;

  private JsonWords() {}

  /** What the value is that a parser stands at, with its beginning where it is a single one. */
  public static String found(JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_ARRAY, END_ARRAY -> "a list";
      case START_OBJECT, END_OBJECT, FIELD_NAME -> "keys and values";
      case VALUE_STRING -> "the text '" + cut(json.getText()) + "'";
      case VALUE_NULL -> "null";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> cut(json.getText());
      case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> "something else";
    };
  }

  /** The beginning of a text, on one line. */
  static String cut(String text) {
    String shown =
        text.codePointCount(0, text.length()) <= LONGEST
            ? text
            : text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "...";
    return shown.replaceAll("\\p{Cntrl}", " ");
  }
}
