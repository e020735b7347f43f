package dev.tailgate.data.table;

/** Names and strings as SQL writes them. */
final class SqlText {
  private SqlText() {}

  /** {@code "name"}. */
  static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** {@code 'text'}. */
  static String literal(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }

  /** A path that is read as it stands, although DuckDB takes patterns: {@code *} as {@code [*]}. */
  static String path(String path) {
    return literal(path.replaceAll("[*?\\[]", "[$0]"));
  }
}
