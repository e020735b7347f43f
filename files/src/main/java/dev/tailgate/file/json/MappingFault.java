package dev.tailgate.file.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** What does not fit when the tree of a JSON text becomes records. */
public final class MappingFault {
  private static final Set<Class<?>> WHOLE =
      Set.of(
          int.class, long.class, Integer.class, Long.class, OptionalInt.class, OptionalLong.class);
  private static final Set<Class<?>> NUMBERS =
      Set.of(double.class, float.class, Double.class, Float.class, OptionalDouble.class);

  private MappingFault() {}

  /**
   * The fault that {@code thrown} is about.
   *
   * @param text what the tree was read from, in which the place is looked up
   */
  public static JsonFault of(JsonMappingException thrown, JsonNode tree, String text) {
    List<Reference> path = thrown.getPath();
    Optional<JsonLocation> at = JsonPlace.find(path, text);
    JsonNode found = JsonPlace.follow(path, tree);
    return new JsonFault(
        JsonPlace.words(path),
        at.map(JsonLocation::getLineNr).orElse(0),
        at.map(JsonLocation::getColumnNr).orElse(0),
        expected(thrown),
        refusal(thrown).orElseGet(() -> found(found)));
  }

  /** What a record said of values that it does not take. */
  private static Optional<String> refusal(JsonMappingException thrown) {
    return thrown instanceof ValueInstantiationException
            && thrown.getCause() instanceof IllegalArgumentException cause
            && cause.getMessage() != null
        ? Optional.of("'" + cause.getMessage() + "'")
        : Optional.empty();
  }

  private static String expected(JsonMappingException thrown) {
    if (thrown instanceof ValueInstantiationException) {
      return "values that go together";
    }
    return thrown instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
        ? expected(mismatch.getTargetType())
        : "another value";
  }

  /** What a value of {@code type} looks like in a file. */
  private static String expected(Class<?> type) {
    if (WHOLE.contains(type)) {
      return "a whole number";
    }
    if (NUMBERS.contains(type)) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "a text";
    }
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(value -> ((Enum<?>) value).name().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    }
    if (type.isArray() || Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    return type.isRecord() || Map.class.isAssignableFrom(type)
        ? "keys and values"
        : "another value";
  }

  private static String found(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT, POJO -> "keys and values";
      case BOOLEAN, NUMBER -> JsonWords.cut(node.asText());
      case STRING, BINARY -> "the text '" + JsonWords.cut(node.asText()) + "'";
      case NULL -> "null";
      case MISSING -> "nothing";
    };
  }
}
