package dev.tailgate.cli.command;

import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodParameter;
import dev.tailgate.onnx.method.MethodParameters;
import dev.tailgate.onnx.method.MethodValues;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code --method} and a flag for each parameter, made from the list of parameters. */
final class MethodFlags {
  private static final String METHOD = "--method";

  private MethodFlags() {}

  /** The flags, to be mixed into a command. */
  static CommandSpec spec() {
    CommandSpec flags = CommandSpec.create();
    flags.addOption(
        OptionSpec.builder(METHOD)
            .required(true)
            .paramLabel("M")
            .type(String.class)
            .converters(new Choice.Methods())
            .completionCandidates(new Choice.Methods())
            .description(
                "What attention becomes: ${COMPLETION-CANDIDATES}. vanilla takes back what rewrites"
                    + " recorded in the model.")
            .build());
    MethodParameters.ALL.forEach(parameter -> flags.addOption(option(parameter)));
    return flags;
  }

  private static OptionSpec option(MethodParameter parameter) {
    MethodParameter.Values values = parameter.values();
    OptionSpec.Builder option =
        OptionSpec.builder(parameter.flag())
            .type(MethodValues.type(values))
            .description(parameter.help());
    if (values instanceof MethodParameter.Switch) {
      return option.arity("0").negatable(true).build();
    }
    option.paramLabel(parameter.placeholder());
    if (values instanceof MethodParameter.Count) {
      option.converters(new Bounded.Count());
    } else if (values instanceof MethodParameter.Word word) {
      Choice choice = new Choice.Listed(word.words());
      option.converters(choice).completionCandidates(choice);
    } else if (values instanceof MethodParameter.RealOr real) {
      option.arity("0..1").fallbackValue(Double.toString(real.otherwise()));
    }
    return option.build();
  }

  /** The method asked for. */
  static Method method(ParseResult parsed) {
    String label = parsed.matchedOptionValue(METHOD, "");
    return Method.valueOf(label.toUpperCase(Locale.ROOT));
  }

  /** What the command line says. */
  static MethodValues values(ParseResult parsed) {
    MethodValues values = MethodValues.NONE;
    for (MethodParameter parameter : MethodParameters.ALL) {
      if (parsed.hasMatchedOption(parameter.flag())) {
        Object value = parsed.matchedOption(parameter.flag()).getValue();
        values = values.with(parameter, value);
      }
    }
    return values;
  }
}
