package dev.tailgate.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a command did in this process, for tests of other packages.
 *
 * @param code the exit code
 * @param out what it printed as data
 * @param err what it printed for people
 */
public record InProcess(int code, String out, String err) {
  /** Runs a command with the defaults that {@code folder} holds. */
  public static InProcess run(Path folder, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(folder, out, err, args);
    return new InProcess(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
