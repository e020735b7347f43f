package dev.tailgate.data;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a user names as data: a file or folder, or a query over files. */
public sealed interface DataSpec {
  /** A file or a folder. */
  record FileSpec(Path path) implements DataSpec {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** A SQL query whose result columns are the data. */
  record QuerySpec(String sql) implements DataSpec {
    @Override
    public String toString() {
      return sql;
    }
  }

  /** What {@link #parse} takes for a query: its first word is a query's. */
  Pattern QUERY =
      Pattern.compile("\\s*(select|with|from)\\s+\\S.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** A query where {@code text} begins like one, and otherwise a path. */
  static DataSpec parse(String text) {
    return QUERY.matcher(text).matches() ? new QuerySpec(text) : new FileSpec(Path.of(text));
  }

  /** The file or folder at {@code path}. */
  static DataSpec of(Path path) {
    return new FileSpec(path);
  }
}
