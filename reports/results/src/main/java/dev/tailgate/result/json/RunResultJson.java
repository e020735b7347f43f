package dev.tailgate.result.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailgate.result.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes and reads a {@link RunResult} as JSON.
 *
 * <p>Keys are the component names in snake case, in the order of the records. NaN and infinities
 * are the strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}; an absent optional is
 * {@code null}; enums are lower case. A result that is written and read again equals the first one.
 *
 * <p>Reading passes over unknown keys and takes missing lists as empty and missing optionals as
 * absent, so that files of older and newer versions of the same schema stay readable; any other
 * missing key is an error, never a silent zero. A file of another schema version is refused.
 */
public final class RunResultJson {
  private RunResultJson() {}

  /** The result as JSON text that ends with a line feed. */
  public static String write(RunResult result) {
    return RecordMapper.write(result);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws ResultFormatException if the text is not a run result of schema version 1
   */
  public static RunResult read(String json) {
    JsonNode tree = RecordMapper.tree(json, "a run result");
    String version = tree.path("schema_version").asText();
    if (!version.equals(RunResult.SCHEMA_VERSION)) {
      throw new ResultFormatException(
          "reading a run result: schema_version is "
              + (version.isEmpty() ? "missing" : "\"" + version + "\"")
              + ", expected \""
              + RunResult.SCHEMA_VERSION
              + "\"; audit the model again with this version");
    }
    return RecordMapper.read(tree, json, RunResult.class, "a run result");
  }

  /**
   * Reads a file that holds what {@link #write} wrote, such as the {@code result.json} of a report.
   *
   * @throws ResultFormatException if it holds anything else; the message names the file
   * @throws UncheckedIOException for a file that cannot be read
   */
  public static RunResult read(Path file) {
    try {
      return read(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("Failed reading the result " + file, e);
    } catch (ResultFormatException e) {
      throw e.in(file.toString());
    }
  }
}
