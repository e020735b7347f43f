package dev.tailgate.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One option of a data format, as users write it. Declared beside the format; the command line, its
 * help and its completion are made of it.
 *
 * @param <T> what it holds
 * @param name such as {@code --window}
 * @param label of the value, such as {@code T}
 * @param help what it does and what holds without it, in sentences
 * @param form how many values there are
 * @param words the only values; empty where others are possible
 * @param reader reads one value; what it refuses it answers with a {@link RuntimeException} whose
 *     message says what was expected and found
 */
@SuppressWarnings("UnusedTypeParameter") // says what Values gives for it
public record Flag<T>(
    String name,
    String label,
    String help,
    Form form,
    List<String> words,
    Function<String, ?> reader) {
  /** How many values an option takes. */
  public enum Form {
    /** One. */
    ONE,
    /** Some, with commas between them. */
    LIST,
    /** Some of {@code KEY=VALUE}, with commas between them. */
    MAP
  }

  /** What was written, read. */
  public interface Values {
    /** The value of {@code flag}; empty where none was given. */
    <T> Optional<T> get(Flag<T> flag);
  }

  /** Copies the list. */
  public Flag {
    words = List.copyOf(words);
  }

  /** An option that {@code reader} reads. */
  public static <T> Flag<T> of(String name, String label, Function<String, T> reader, String help) {
    return new Flag<>(name, label, help, Form.ONE, List.of(), reader);
  }

  /** A whole number of at least {@code least}. */
  public static Flag<Integer> count(String name, String label, int least, String help) {
    return of(name, label, value -> atLeast(least, value), help);
  }

  /** One of {@code values}, written in lower case; {@code %s} in the help stands for them all. */
  public static <E extends Enum<E>> Flag<E> choice(
      String name, String label, E[] values, String help) {
    List<E> all = List.of(values);
    List<String> words = Arrays.stream(values).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();
    Function<String, E> reader =
        value -> {
          int at = words.indexOf(value.toLowerCase(Locale.ROOT));
          if (at < 0) {
            throw new IllegalArgumentException(
                "expected one of " + String.join(", ", words) + " but found '" + value + "'");
          }
          return all.get(at);
        };
    return new Flag<>(
        name,
        label,
        String.format(Locale.ROOT, help, String.join(", ", words)),
        Form.ONE,
        words,
        reader);
  }

  /** Values that {@code reader} reads one by one. */
  public static <T> Flag<List<T>> list(
      String name, String label, Function<String, T> reader, String help) {
    return new Flag<>(name, label, help, Form.LIST, List.of(), reader);
  }

  /** Texts by texts. */
  public static Flag<Map<String, String>> map(String name, String label, String help) {
    return new Flag<>(name, label, help, Form.MAP, List.of(), Function.identity());
  }

  /** Reads a real number. */
  public static double real(String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + value + "' is not a double", e);
    }
  }

  /** Reads a whole number that is at least {@code least}. */
  public static int atLeast(int least, String value) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, in the same words as a number out of bounds.
    }
    throw new IllegalArgumentException(
        "expected a whole number from " + least + " on but found '" + value + "'");
  }
}
