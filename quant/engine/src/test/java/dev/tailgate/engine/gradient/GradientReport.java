package dev.tailgate.engine.gradient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * The errors of all cases of a test run as lines of a table, in the file that the system property
 * {@code gradient.report} names; nothing without it.
 */
final class GradientReport {
  private GradientReport() {}

  static synchronized void add(String name, GradientCheck.Errors errors) {
    String file = System.getProperty("gradient.report", "");
    if (file.isEmpty()) {
      return;
    }
    String line =
        String.format(
            Locale.ROOT,
            "| %s | %s | %s | %s |%n",
            name,
            number(errors.differences()),
            number(errors.torch()),
            number(errors.single()));
    try {
      Files.writeString(
          Path.of(file),
          line,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String number(double error) {
    return Double.isNaN(error) ? "" : String.format(Locale.ROOT, "%.0e", error);
  }
}
