package dev.tailgate.reports.json;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.tailgate.stats.result.RunResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(new SpineNames())
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL))
          .withConfigOverride(List.class, c -> c.setSetterInfo(whenMissing(Nulls.AS_EMPTY)))
          .withConfigOverride(Optional.class, c -> c.setSetterInfo(whenMissing(Nulls.SET)))
          .withConfigOverride(OptionalLong.class, c -> c.setSetterInfo(whenMissing(Nulls.SET)))
          .build();

  private static final ObjectWriter WRITER =
      MAPPER.writer(
          new DefaultPrettyPrinter()
              .withObjectIndenter(new DefaultIndenter("  ", "\n"))
              .withSeparators(
                  Separators.createDefaultInstance()
                      .withObjectFieldValueSpacing(Separators.Spacing.AFTER)));

  private RunResultJson() {}

  private static JsonSetter.Value whenMissing(Nulls nulls) {
    return JsonSetter.Value.forValueNulls(nulls);
  }

  /** The result as JSON text that ends with a line feed. */
  public static String write(RunResult result) {
    try {
      return WRITER.writeValueAsString(result) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("writing a run result as JSON", e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws ResultFormatException if the text is not a run result of schema version 1
   */
  public static RunResult read(String json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      String version = tree.path("schema_version").asText();
      if (!version.equals(RunResult.SCHEMA_VERSION)) {
        throw new ResultFormatException(
            "reading a run result: schema_version is "
                + (version.isEmpty() ? "missing" : "\"" + version + "\"")
                + ", expected \""
                + RunResult.SCHEMA_VERSION
                + "\"; audit the model again with this version");
      }
      return MAPPER.treeToValue(tree, RunResult.class);
    } catch (JsonProcessingException e) {
      throw new ResultFormatException("reading a run result: " + e.getOriginalMessage(), e);
    }
  }

  /** Snake case, with the one name that the rule for digits would not give. */
  private static final class SpineNames extends SnakeCaseStrategy {
    private static final long serialVersionUID = 1;

    @Override
    public String translate(String name) {
      return name.equals("outliers6sigma") ? "outliers_6sigma" : super.translate(name);
    }
  }
}
