package dev.tailgate.file.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a text that is no JSON or YAML at all. */
record SyntaxFault(String expected, String found) {
  private static final Pattern YAML_PLACE =
      Pattern.compile("(?m)^ in .*, line \\d+, column \\d+:$");

  /** How the parser's words begin, and ours for it; {@code %s} is what it quotes. */
  private record Translation(Pattern pattern, String expected, String found) {
    static Translation of(String pattern, String expected, String found) {
      return new Translation(Pattern.compile(pattern, Pattern.DOTALL), expected, found);
    }
  }

  private static final List<Translation> TRANSLATIONS =
      List.of(
          Translation.of("Duplicate field '(.*)'.*", "each key once", "the key '%s' twice"),
          Translation.of("Unexpected end-of-input.*()", "JSON", "a text that ends too early"),
          Translation.of("Unrecognized token '([^']*)'.*", "JSON", "the word '%s'"),
          Translation.of("Non-standard token '([^']*)'.*", "JSON", "the word '%s'"),
          Translation.of("Unexpected character \\('(.)'.*", "JSON", "the character '%s'"),
          Translation.of("Unexpected close marker '(.)'.*", "JSON", "the character '%s'"),
          Translation.of("Illegal (?:unquoted )?character.*()", "JSON", "a control character"),
          Translation.of("Invalid UTF-8.*()", "UTF-8", "other bytes"),
          Translation.of("Malformed numeric value '([^']*)'.*", "a number", "'%s'"),
          Translation.of("Invalid numeric value.*()", "a number", "signs that are none"),
          Translation.of(
              "(?:Unrecognized|Illegal) character escape.*()", "JSON", "an escape that is none"));

  static SyntaxFault of(JsonProcessingException thrown) {
    String words = String.valueOf(thrown.getOriginalMessage());
    if (YAML_PLACE.matcher(words).find()) {
      return new SyntaxFault("YAML", "'" + JsonWords.cut(yamlProblem(words)) + "'");
    }
    if (thrown instanceof StreamConstraintsException) {
      return new SyntaxFault("values of a usual size and depth", "more than is read");
    }
    if (thrown instanceof InputCoercionException) {
      return new SyntaxFault("a number that fits its field", "one out of range");
    }
    for (Translation translation : TRANSLATIONS) {
      Matcher matcher = translation.pattern().matcher(words);
      if (matcher.matches()) {
        String found = translation.found().replace("%s", JsonWords.cut(matcher.group(1)));
        return new SyntaxFault(translation.expected(), found);
      }
    }
    return new SyntaxFault("JSON", "something else");
  }

  /** The last sentence that is no quotation: {@code expected ',' or '}', but got ...}. */
  private static String yamlProblem(String words) {
    return words
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith(" "))
        .reduce((one, other) -> other)
        .orElse("a fault of its syntax");
  }
}
