package dev.tailgate.onnx.method;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Values given for parameters of a method.
 *
 * @param given a {@code Double}, {@code Integer}, {@code String}, {@code Path} or {@code Boolean},
 *     as the parameter takes it
 */
public record MethodValues(Map<MethodParameter, Object> given) {
  /** Nothing but defaults. */
  public static final MethodValues NONE = new MethodValues(Map.of());

  /** Copies the map and refuses values of another type than the parameter takes. */
  public MethodValues {
    given = Map.copyOf(given);
    given.forEach(
        (parameter, value) -> {
          if (!type(parameter.values()).isInstance(value)) {
            throw new IllegalArgumentException(
                parameter.name() + " takes no " + value.getClass().getSimpleName());
          }
        });
  }

  /** The type of the values of a parameter. */
  public static Class<?> type(MethodParameter.Values values) {
    if (values instanceof MethodParameter.Count) {
      return Integer.class;
    }
    if (values instanceof MethodParameter.Word) {
      return String.class;
    }
    if (values instanceof MethodParameter.File) {
      return Path.class;
    }
    return values instanceof MethodParameter.Switch ? Boolean.class : Double.class;
  }

  /** The same with one more value. */
  public MethodValues with(MethodParameter parameter, Object value) {
    Map<MethodParameter, Object> more = new HashMap<>(given);
    more.put(parameter, value);
    return new MethodValues(more);
  }

  /** Whether there is a value for {@code parameter}. */
  public boolean has(MethodParameter parameter) {
    return given.containsKey(parameter);
  }

  /** The value of a parameter that takes a number. */
  public Optional<Double> real(MethodParameter parameter) {
    return Optional.ofNullable(given.get(parameter)).map(Double.class::cast);
  }

  /** The value of a parameter that takes a whole number. */
  public Optional<Integer> count(MethodParameter parameter) {
    return Optional.ofNullable(given.get(parameter)).map(Integer.class::cast);
  }

  /** The value of a parameter that takes a word. */
  public Optional<String> word(MethodParameter parameter) {
    return Optional.ofNullable(given.get(parameter)).map(String.class::cast);
  }

  /** The value of a parameter that takes a file. */
  public Optional<Path> file(MethodParameter parameter) {
    return Optional.ofNullable(given.get(parameter)).map(Path.class::cast);
  }

  /** The value of a parameter that is a switch. */
  public Optional<Boolean> isOn(MethodParameter parameter) {
    return Optional.ofNullable(given.get(parameter)).map(Boolean.class::cast);
  }
}
