package dev.tailgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The manual lists every architecture with its fields and named sizes. */
class ModelsPageTest {
  private static final Path PAGE = Path.of("../docs/models.md");
  private static final String BEGIN = "<!-- sizes -->\n";
  private static final String END = "<!-- /sizes -->\n";

  /** To accept a change: {@code mvn -pl models -am test -Dgolden.accept=true}. */
  @Test
  void theManualShowsTheSizes() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    int to = page.indexOf(END);
    assertThat(to).isGreaterThanOrEqualTo(from);
    if (Boolean.getBoolean("golden.accept")) {
      Files.writeString(PAGE, page.substring(0, from) + tables() + page.substring(to));
    } else {
      assertThat(page.substring(from, to)).isEqualTo(tables());
    }
  }

  private static String tables() {
    return Architectures.SIZES.entrySet().stream()
        .map(kind -> table(kind.getKey(), kind.getValue()))
        .collect(Collectors.joining("\n", "\n", "\n"));
  }

  private static String table(String kind, Map<String, Architecture> sizes) {
    StringBuilder table = new StringBuilder();
    table.append("| `").append(kind).append("` |");
    sizes.keySet().forEach(size -> table.append(" `").append(size).append("` |"));
    table.append("\n|---|").append("---:|".repeat(sizes.size())).append('\n');
    for (String field : Fields.of(sizes.get("tiny")).keySet()) {
      table.append("| `").append(field).append("` |");
      sizes
          .values()
          .forEach(
              size ->
                  table
                      .append(' ')
                      .append(Fields.of(size).get(field).toString().toLowerCase(Locale.ROOT))
                      .append(" |"));
      table.append('\n');
    }
    return table.toString();
  }
}
