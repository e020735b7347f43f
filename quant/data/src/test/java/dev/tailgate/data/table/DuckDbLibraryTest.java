package dev.tailgate.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailgate.file.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DuckDbLibraryTest {
  @Test
  void loadsTheLibraryFromTheCacheAndLeavesNothingElsewhere() throws Exception {
    Path maps = Path.of("/proc/self/maps");
    assumeTrue(Files.isReadable(maps), "only Linux tells what is loaded");
    List<Path> before = inTemporaryFolder();
    try (Connection connection = DuckDb.open(true);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT 1")) {
      assertThat(result.next()).isTrue();
    }
    try (Stream<String> lines = Files.lines(maps)) {
      assertThat(lines.filter(l -> l.contains("duckdb_java")))
          .isNotEmpty()
          .allMatch(l -> l.contains(CacheFolder.path().toString()));
    }
    assertThat(inTemporaryFolder()).isEqualTo(before);
  }

  @Test
  void hasWhatTablesNeedBuiltIn() throws Exception {
    try (Connection connection = DuckDb.open(false);
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT count(*) FROM duckdb_extensions() WHERE loaded"
                    + " AND extension_name IN ('parquet', 'json')")) {
      result.next();
      assertThat(result.getInt(1)).isEqualTo(2);
    }
  }

  private static List<Path> inTemporaryFolder() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().contains("duckdb")).sorted().toList();
    }
  }
}
