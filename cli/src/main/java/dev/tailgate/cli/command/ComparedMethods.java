package dev.tailgate.cli.command;

import dev.tailgate.onnx.method.MethodParameter;
import dev.tailgate.onnx.method.MethodParameters;
import dev.tailgate.onnx.method.MethodSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * Methods with parameters in one word, {@code softmax_n:n=1} or {@code
 * clipped_softmax:gamma=-0.03:zeta=1.01}: the names are those of the options of {@code tailgate
 * rewrite}, without what is read from files.
 */
final class ComparedMethods implements ITypeConverter<String> {
  private static final List<String> PARAMETERS =
      MethodParameters.ALL.stream()
          .filter(MethodParameter::inline)
          .map(MethodParameter::name)
          .sorted()
          .toList();

  @Override
  public String convert(String value) {
    String[] parts = value.split(":", -1);
    parts[0] = new Choice.Methods().convert(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      int cut = parts[i].indexOf('=');
      String name = cut < 0 ? "" : parts[i].substring(0, cut).toLowerCase(Locale.ROOT);
      if (!PARAMETERS.contains(name)) {
        throw new TypeConversionException(
            "expected METHOD:NAME=VALUE with NAME one of "
                + String.join(", ", PARAMETERS)
                + " but found '"
                + value
                + "'");
      }
    }
    return String.join(":", parts);
  }

  /**
   * What each word asks for, {@code vanilla} left out: that is the model as it is.
   *
   * @throws IllegalArgumentException for parameters that do not go together or are out of bounds
   */
  static Map<String, MethodSpec> specs(List<String> words, long seed) {
    Map<String, MethodSpec> specs = new LinkedHashMap<>();
    for (String word : words) {
      if (!word.equals("vanilla")) {
        specs.put(word, spec(word, seed));
      }
    }
    return specs;
  }

  private static MethodSpec spec(String word, long seed) {
    String[] parts = word.split(":", -1);
    List<String> options = new ArrayList<>(List.of("--method=" + parts[0]));
    for (int i = 1; i < parts.length; i++) {
      options.add("--" + parts[i]);
    }
    try {
      CommandLine flags = new CommandLine(MethodFlags.spec());
      ParseResult given = flags.parseArgs(options.toArray(String[]::new));
      return MethodFlags.method(given).spec(MethodFlags.values(given), seed);
    } catch (CommandLine.ParameterException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          word + ": " + e.getMessage() + "; parameters follow the method, as in softmax_n:n=1", e);
    }
  }
}
