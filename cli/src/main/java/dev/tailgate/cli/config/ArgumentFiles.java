package dev.tailgate.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Files of arguments, {@code @FILE}. picocli reads them; what is none it would take as it is. */
final class ArgumentFiles {
  /** Bytes; longer files are models or data. */
  private static final int LONGEST = 1 << 20;

  private ArgumentFiles() {}

  /** Refuses words that name no file of arguments, though they are written as one. */
  static void require(CommandLine command, String... words) {
    for (String word : words) {
      if (word.length() > 1 && word.charAt(0) == '@' && word.charAt(1) != '@') {
        String file = word.substring(1);
        String fault = fault(Path.of(file));
        if (!fault.isEmpty()) {
          throw new ParameterException(
              command,
              String.format(
                  Locale.ROOT,
                  "%s asks for arguments from the file %s: %s. A name that begins with @ is written ./%s",
                  word,
                  file,
                  fault,
                  word));
        }
      }
    }
  }

  private static String fault(Path file) {
    try {
      return !Files.exists(file)
          ? "no such file"
          : !Files.isRegularFile(file) || !Files.isReadable(file)
              ? "it cannot be read"
              : Files.size(file) > LONGEST ? "it has more than " + LONGEST + " bytes" : "";
    } catch (IOException e) {
      return "it cannot be read";
    }
  }
}
