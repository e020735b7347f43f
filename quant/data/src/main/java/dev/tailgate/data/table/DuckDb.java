package dev.tailgate.data.table;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.engine.tensor.DataException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Locale;
import java.util.Properties;

/**
 * Connections to a DuckDB in this process, each with a database of its own in memory. One thread,
 * so that rows come in one order; bounded memory and nothing on disk; no extension is fetched or
 * loaded, and so no address outside this machine can be read; no setting can be changed.
 */
final class DuckDb {
  /** Enough to sort some million rows; what needs more is refused rather than spilled to disk. */
  private static final String MEMORY = "1GB";

  private DuckDb() {}

  /**
   * Opens a database.
   *
   * @param streaming results are made as they are read; an error in the middle has no message then
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // handed on
  static Connection open(boolean streaming) throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("threads", "1");
    settings.setProperty("memory_limit", MEMORY);
    settings.setProperty("temp_directory", "");
    settings.setProperty("preserve_insertion_order", "true");
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    settings.setProperty("allow_community_extensions", "false");
    settings.setProperty("allow_persistent_secrets", "false");
    // After all others: some functions that can stand in a SELECT change settings, and so write
    // files.
    settings.setProperty("lock_configuration", "true");
    settings.setProperty("jdbc_stream_results", Boolean.toString(streaming));
    Connection connection = DuckDbLibrary.driver().connect("jdbc:duckdb:", settings);
    if (connection == null) {
      throw new SQLException("DuckDB does not know its own address");
    }
    return connection;
  }

  /** {@code failure} as a refusal of the data, with the sentence that says what is wrong. */
  static DataException refused(String name, SQLException failure) {
    String message = String.valueOf(failure.getMessage());
    String found =
        message
            .lines()
            .limit(4)
            .map(String::strip)
            .filter(l -> !l.isEmpty())
            .filter(l -> !l.startsWith("LINE "))
            .reduce((a, b) -> a + " " + b)
            .orElse(message);
    if (failure instanceof SQLTimeoutException) {
      return DataException.doing("reading " + name)
          .expected("a row after a while")
          .found(message)
          .fix("Write what the query gives into a Parquet file first.", failure);
    }
    if (message.contains("not utf-8 encoded")) {
      return DataException.doing("reading " + name)
          .expected("a CSV file in UTF-8")
          .found("bytes of another encoding")
          .fix("Save the file in UTF-8, or say --csv encoding=latin-1.", failure);
    }
    return DataException.doing("reading " + name)
        .expected(expected(found))
        .found(found)
        .fix(advice(found), failure);
  }

  private static String expected(String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("parquet") || lower.contains("magic bytes") || lower.contains("footer")) {
      return "a whole Parquet file";
    }
    if (lower.contains("json")) {
      return "a JSON object a line";
    }
    if (lower.contains("binder error")) {
      return "columns that the data has";
    }
    return lower.contains("csv") ? "rows of one form" : "a table that can be read";
  }

  private static String advice(String message) {
    if (message.contains("Out of Memory")) {
      return "Sort or group fewer rows in the query; " + MEMORY + " are there for it.";
    }
    if (message.contains("httpfs")) {
      return "Fetch the file first; nothing is read over a network.";
    }
    return message.contains("CSV Error")
        ? "Mend the line, or say how the file is written, for example --csv delimiter=tab,quote=none."
        : "Check the file and the query.";
  }
}
