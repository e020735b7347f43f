package dev.tailgate.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files that seal an output format.
 *
 * <p>To accept a change: {@code mvn -pl reports/pages -am test -Dgolden.accept=true}, then read the
 * diff.
 */
public final class Golden {
  private static final Path FOLDER = Path.of("../results/src/test/resources/golden");

  private Golden() {}

  /** Compares with the golden file of that name, or writes it when changes are to be accepted. */
  public static void check(String name, String actual) throws IOException {
    if (Boolean.getBoolean("golden.accept")) {
      Files.createDirectories(FOLDER);
      Files.writeString(FOLDER.resolve(name), actual);
      return;
    }
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
      assertThat(in).as("golden file %s", name).isNotNull();
      assertThat(actual).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
