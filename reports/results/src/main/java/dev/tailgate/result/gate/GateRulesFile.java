package dev.tailgate.result.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tailgate.file.json.JsonFault;
import dev.tailgate.result.resource.ResourceText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Rules as YAML or JSON, by the schema {@code gate-rules.schema.json}. Keys that are not known are
 * refused: a misspelt bound must not become no bound.
 */
public final class GateRulesFile {
  /** Characters; longer files are no rules. */
  private static final int LONGEST = 1 << 20;

  // JSON is YAML.
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private GateRulesFile() {}

  /**
   * Reads rules.
   *
   * @param source their name in messages
   * @throws GateRulesException for anything that is no rule
   */
  public static GateRules read(String text, String source) {
    if (text.length() > LONGEST) {
      throw new GateRulesException(
          String.format(
              Locale.ROOT,
              "Reading rules from %s: it has %d characters, expected at most %d",
              source,
              text.length(),
              LONGEST));
    }
    JsonNode tree;
    try {
      tree = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new GateRulesException(
          "Reading rules from " + source + ", " + JsonFault.of(e).message(), e);
    }
    return new RuleParser(source).rules(tree);
  }

  /**
   * Reads rules from a file.
   *
   * @throws GateRulesException for anything that is no rule
   * @throws UncheckedIOException for a file that cannot be read
   */
  public static GateRules read(Path file) {
    try {
      return read(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Failed reading the rules " + file, e);
    }
  }

  /** The rules that are used where none are given and there is a baseline. */
  public static GateRules againstBaseline() {
    return shipped("default-rules.yaml");
  }

  /** The rules that are used where none are given and there is no baseline. */
  public static GateRules withoutBaseline() {
    return shipped("default-rules-absolute.yaml");
  }

  private static GateRules shipped(String file) {
    return read(resource(file), file);
  }

  /** The JSON Schema of rule files. */
  public static String schema() {
    return resource("gate-rules.schema.json");
  }

  private static String resource(String file) {
    return ResourceText.beside(GateRulesFile.class, file);
  }
}
