package dev.tailgate.data.table;

import java.util.Locale;

/**
 * A column of a table.
 *
 * @param type what its cells are read as
 * @param depth brackets around a cell: 0 for plain values, 1 for lists, 2 for lists of lists
 */
record Column(String name, Type type, int depth) {
  /** What cells hold. */
  enum Type {
    /** Strings and values of enumerations. */
    TEXT("VARCHAR"),
    /** Whole numbers, and truth as 0 or 1. */
    INTEGER("BIGINT"),
    /** Real numbers, decimals too. */
    REAL("DOUBLE"),
    /** Dates, structures and the like, which no model reads. */
    OTHER("VARCHAR");

    private final String sql;

    Type(String sql) {
      this.sql = sql;
    }
  }

  /** The column that DuckDB describes by {@code name} and {@code type}. */
  static Column of(String name, String type) {
    String element = type;
    int depth = 0;
    while (element.endsWith("]") && element.matches(".*\\[\\d*]")) {
      element = element.substring(0, element.lastIndexOf('['));
      depth++;
    }
    return new Column(name, elementType(element.toUpperCase(Locale.ROOT)), depth);
  }

  private static Type elementType(String type) {
    if (type.equals("VARCHAR") || type.startsWith("ENUM(")) {
      return Type.TEXT;
    }
    if (type.matches("U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BOOLEAN")) {
      return Type.INTEGER;
    }
    return type.matches("FLOAT|DOUBLE|DECIMAL\\(.*\\)") ? Type.REAL : Type.OTHER;
  }

  boolean isText() {
    return type == Type.TEXT && depth == 0;
  }

  boolean isNumber() {
    return isNumeric() && depth == 0;
  }

  boolean isInteger() {
    return type == Type.INTEGER && depth == 0;
  }

  boolean isNumberList() {
    return isNumeric() && depth > 0;
  }

  private boolean isNumeric() {
    return type == Type.INTEGER || type == Type.REAL;
  }

  /** The column as an expression whose Java type is known. */
  String sql() {
    return String.format(
        Locale.ROOT, "CAST(%s AS %s%s)", SqlText.identifier(name), type.sql, "[]".repeat(depth));
  }

  /** For messages: {@code label (integer)}. */
  String inWords() {
    return name + " (" + "list of ".repeat(depth) + type.name().toLowerCase(Locale.ROOT) + ")";
  }
}
