package dev.tailgate.file.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/**
 * What is wrong with a text of JSON or YAML, in words of its own: those of the parser name classes
 * and settings that a user has not got.
 *
 * @param place the field, such as {@code taps[3].kurtosis}; empty for a fault of syntax
 * @param line where it stands, from 1; 0 where that is not known
 * @param column likewise
 * @param expected what could stand there
 * @param found what stands there
 */
public record JsonFault(String place, int line, int column, String expected, String found) {
  /** What a fault of the syntax is; one of a value that is mapped is a {@link MappingFault}. */
  public static JsonFault of(JsonProcessingException thrown) {
    JsonLocation at = thrown.getLocation();
    int line = at == null ? 0 : Math.max(0, at.getLineNr());
    int column = at == null ? 0 : Math.max(0, at.getColumnNr());
    SyntaxFault fault = SyntaxFault.of(thrown);
    return new JsonFault("", line, column, fault.expected(), fault.found());
  }

  /** {@code line 3, column 12}, or nothing where that is not known. */
  public String position() {
    return line == 0 ? "" : "line " + line + (column == 0 ? "" : ", column " + column);
  }

  /** {@code line 3, column 12, taps[3].kurtosis: expected a number, found the text 'abc'}. */
  public String message() {
    String where = position() + (position().isEmpty() || place.isEmpty() ? "" : ", ") + place;
    return (where.isEmpty() ? "" : where + ": ") + "expected " + expected + ", found " + found;
  }
}
