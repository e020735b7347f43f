package dev.tailgate.cli.help;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Arguments as help and manual write them. */
public final class OptionLabel {
  private OptionLabel() {}

  /** Such as {@code -o, --out=OUT}, {@code --[no-]shuffle} or {@code --remedy=R,...}. */
  public static String of(OptionSpec option) {
    return Arrays.stream(option.names())
            .sorted(Comparator.comparingInt(String::length))
            .map(name -> option.negatable() ? name.replaceFirst("^--", "--[no-]") : name)
            .collect(Collectors.joining(", "))
        + value(option);
  }

  /** Such as {@code MODEL}, {@code [MODEL]} or {@code RESULT...}. */
  public static String of(PositionalParamSpec argument) {
    String label = argument.paramLabel() + (argument.arity().max() > 1 ? "..." : "");
    return argument.arity().min() == 0 ? "[" + label + "]" : label;
  }

  private static String value(OptionSpec option) {
    if (option.arity().max() == 0) {
      return "";
    }
    String value = "=" + option.paramLabel() + (option.splitRegex().isEmpty() ? "" : ",...");
    return option.arity().min() == 0 ? "[" + value + "]" : value;
  }

  /** What {@code argument} does, in one line. */
  public static String description(ArgSpec argument) {
    return String.join(" ", argument.description());
  }
}
