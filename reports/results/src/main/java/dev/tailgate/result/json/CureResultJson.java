package dev.tailgate.result.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailgate.result.CureResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes and reads a {@link CureResult} as JSON, in the manner of {@link RunResultJson}. */
public final class CureResultJson {
  /** What the result is called in a report folder. */
  public static final String FILE = "cure.json";

  private static final String WHAT = "the result of a cure";

  private CureResultJson() {}

  /** The result as JSON text that ends with a line feed. */
  public static String write(CureResult result) {
    return RecordMapper.write(result);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws ResultFormatException if the text is none
   */
  public static CureResult read(String json) {
    JsonNode tree = RecordMapper.tree(json, WHAT);
    String version = tree.path("schema_version").asText();
    if (!version.equals(CureResult.SCHEMA_VERSION) || !tree.has("stages")) {
      throw new ResultFormatException(
          "reading "
              + WHAT
              + ": expected \"schema_version\": \""
              + CureResult.SCHEMA_VERSION
              + "\" and stages, found "
              + (version.isEmpty() ? "no version" : "version \"" + version + "\"")
              + (tree.has("stages") ? "" : " and no stages"));
    }
    return RecordMapper.read(tree, json, CureResult.class, WHAT);
  }

  /**
   * Reads a file, or the {@value #FILE} of a folder.
   *
   * @throws ResultFormatException if it holds anything else; the message names the file
   * @throws UncheckedIOException for a file that cannot be read
   */
  public static CureResult read(Path named) {
    Path file = Files.isDirectory(named) ? named.resolve(FILE) : named;
    try {
      ResultFiles.requireSize(file);
      return read(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("Failed reading " + WHAT + " " + file, e);
    } catch (ResultFormatException e) {
      throw e.in(file.toString());
    }
  }
}
