package dev.tailgate.data.table;

import dev.tailgate.engine.tensor.DataException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user says about the form of a CSV file; what is left out is found in the file.
 *
 * @param delimiter between cells
 * @param quote around cells; {@link CsvDialect#NO_QUOTE} where quotes are characters
 * @param header whether the first record has the names of the columns
 * @param encoding of the file, as {@link #ENCODINGS} names it
 */
public record CsvOptions(
    Optional<Character> delimiter,
    Optional<Character> quote,
    Optional<Boolean> header,
    Optional<String> encoding) {
  /** Nothing is said. */
  public static final CsvOptions NONE =
      new CsvOptions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  static final List<String> ENCODINGS = List.of("utf-8", "utf-16", "latin-1");

  private static final Map<String, Character> DELIMITERS = delimiters();
  private static final Map<String, Character> QUOTES =
      Map.of("double", '"', "single", '\'', "none", CsvDialect.NO_QUOTE);
  private static final Map<String, Boolean> HEADERS = Map.of("yes", true, "no", false);

  private static Map<String, Character> delimiters() {
    Map<String, Character> words = new LinkedHashMap<>();
    words.put("comma", ',');
    words.put("tab", '\t');
    words.put("semicolon", ';');
    words.put("pipe", '|');
    words.put("space", ' ');
    return words;
  }

  /**
   * Reads {@code delimiter=tab}, {@code quote=none}, {@code header=no}, {@code encoding=latin-1}.
   *
   * @throws DataException for other keys and values
   */
  static CsvOptions of(Map<String, String> written) {
    CsvOptions options = NONE;
    for (Map.Entry<String, String> entry : written.entrySet()) {
      options = options.with(entry.getKey(), entry.getValue());
    }
    return options;
  }

  private CsvOptions with(String key, String value) {
    return switch (key) {
      case "delimiter" -> new CsvOptions(Optional.of(delimiterOf(value)), quote, header, encoding);
      case "quote" ->
          new CsvOptions(
              delimiter,
              Optional.of(word(key, value, QUOTES, "none, double, single")),
              header,
              encoding);
      case "header" ->
          new CsvOptions(
              delimiter, quote, Optional.of(word(key, value, HEADERS, "yes, no")), encoding);
      case "encoding" -> {
        if (!ENCODINGS.contains(value)) {
          throw refused(key, String.join(", ", ENCODINGS), value);
        }
        yield new CsvOptions(delimiter, quote, header, Optional.of(value));
      }
      default -> throw refused("", "delimiter, quote, header or encoding", key);
    };
  }

  private static char delimiterOf(String value) {
    boolean isCharacter = value.length() == 1 && !"\"'\r\n".contains(value);
    return isCharacter
        ? value.charAt(0)
        : word(
            "delimiter",
            value,
            DELIMITERS,
            String.join(", ", DELIMITERS.keySet()) + ", or one character");
  }

  private static <T> T word(String key, String value, Map<String, T> words, String names) {
    T meant = words.get(value);
    if (meant == null) {
      throw refused(key, names, value);
    }
    return meant;
  }

  private static DataException refused(String key, String expected, String found) {
    return DataException.doing("reading --csv" + (key.isEmpty() ? "" : " " + key))
        .expected(expected)
        .found(found.isEmpty() ? "nothing" : found)
        .fix("Write for example --csv delimiter=tab,quote=none,header=no.");
  }

  /** The word for a delimiter, as it is written behind {@code delimiter=}. */
  static String wordFor(char delimiter) {
    return DELIMITERS.entrySet().stream()
        .filter(e -> e.getValue() == delimiter)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(Character.toString(delimiter));
  }
}
