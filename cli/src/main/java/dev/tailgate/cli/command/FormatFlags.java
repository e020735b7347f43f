package dev.tailgate.cli.command;

import dev.tailgate.data.Flag;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.tensor.DataException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** The options that data formats declare, on the command line. */
final class FormatFlags {
  private FormatFlags() {}

  /** The options of all formats, to be mixed into a command. */
  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.create();
    DataSources.options().stream()
        .flatMap(set -> set.flags().stream())
        .forEach(flag -> spec.addOption(option(flag)));
    return spec;
  }

  private static OptionSpec option(Flag<?> flag) {
    OptionSpec.Builder option =
        OptionSpec.builder(flag.name()).paramLabel(flag.label()).description(flag.help());
    ITypeConverter<?> converter = value -> convert(flag, value);
    switch (flag.form()) {
      case ONE -> option.type(String.class).converters(converter);
      case LIST ->
          option
              .type(List.class)
              .auxiliaryTypes(String.class)
              .splitRegex(",")
              .converters(converter);
      case MAP -> option.type(Map.class).auxiliaryTypes(String.class, String.class).splitRegex(",");
    }
    if (!flag.words().isEmpty()) {
      option.completionCandidates(flag.words());
    }
    return option.build();
  }

  private static Object convert(Flag<?> flag, String value) {
    try {
      return flag.reader().apply(value);
    } catch (IllegalArgumentException | DataException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  /** What the command line that {@code spec} was mixed into asks for. */
  static FormatOptions read(CommandSpec spec) {
    return FormatOptions.of(
        DataSources.options(),
        new Flag.Values() {
          @Override
          @SuppressWarnings("unchecked") // the flag's own reader made the value
          public <T> Optional<T> get(Flag<T> flag) {
            return Optional.ofNullable((T) spec.findOption(flag.name()).getValue());
          }
        });
  }
}
