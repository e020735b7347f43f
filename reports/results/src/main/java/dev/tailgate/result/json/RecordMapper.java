package dev.tailgate.result.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.tailgate.file.json.JsonFault;
import dev.tailgate.file.json.MappingFault;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Result records as JSON: keys in snake case in the order of the components, numbers that are not
 * finite as strings, absent optionals as {@code null} or left out, enums in lower case. Reading
 * passes over unknown keys, takes missing lists as empty and missing optionals as absent, and
 * refuses anything else that is missing or of another type.
 */
final class RecordMapper {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(new SpineNames())
          .addModule(new SimpleModule().addSerializer(new EnumWords()))
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .withCoercionConfig(
              LogicalType.Textual,
              c -> {
                c.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                c.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
              })
          .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL))
          .withConfigOverride(
              List.class,
              c -> c.setSetterInfo(JsonSetter.Value.construct(Nulls.AS_EMPTY, Nulls.FAIL)))
          .withConfigOverride(Optional.class, c -> c.setSetterInfo(whenMissing(Nulls.SET)))
          .withConfigOverride(OptionalLong.class, c -> c.setSetterInfo(whenMissing(Nulls.SET)))
          .withConfigOverride(OptionalDouble.class, c -> c.setSetterInfo(whenMissing(Nulls.SET)))
          .build();

  private static final DefaultPrettyPrinter INDENTED =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private static final ObjectWriter WRITER =
      MAPPER.writer(
          INDENTED.withSeparators(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)));

  /** As commands have printed their reports from the beginning: a space before the colon, too. */
  private static final ObjectWriter PRESENT =
      MAPPER
          .rebuild()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
          .build()
          .writer(INDENTED);

  private RecordMapper() {}

  private static JsonSetter.Value whenMissing(Nulls nulls) {
    return JsonSetter.Value.forValueNulls(nulls);
  }

  /** The record as text that ends with a line feed. */
  static String write(Record value) {
    return write(value, WRITER);
  }

  /** The same with absent optionals left out. */
  static String writePresent(Record value) {
    return write(value, PRESENT);
  }

  private static String write(Record value, ObjectWriter writer) {
    try {
      return writer.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("writing a result as JSON", e);
    }
  }

  /**
   * The tree of a text.
   *
   * @param what is being read, such as {@code a run result}
   */
  static JsonNode tree(String json, String what) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw refused(what, JsonFault.of(e), e);
    }
  }

  /** The record that a tree holds; the text it was read from is where faults are looked up. */
  static <T extends Record> T read(JsonNode tree, String json, Class<T> type, String what) {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (JsonMappingException e) {
      throw refused(what, MappingFault.of(e, tree, json), e);
    } catch (JsonProcessingException e) {
      throw refused(what, JsonFault.of(e), e);
    }
  }

  private static ResultFormatException refused(String what, JsonFault fault, Exception e) {
    return new ResultFormatException("reading " + what + ": " + fault.message(), e);
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
