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
  private static final String CHOICES = "What attention becomes: ${COMPLETION-CANDIDATES}.";

  private MethodFlags() {}

  /** The flags, to be mixed into a command. */
  static CommandSpec spec() {
    String takesBack = " vanilla takes back what rewrites recorded in the model.";
    CommandSpec flags = CommandSpec.create();
    flags.addOption(method(CHOICES + takesBack).required(true).build());
    MethodParameters.ALL.forEach(parameter -> flags.addOption(option(parameter)));
    return flags;
  }

  /** The same for a model without weights of its own: nothing is fitted, and heads are known. */
  static CommandSpec ofUntrained() {
    CommandSpec flags = CommandSpec.create();
    flags.addOption(method(CHOICES + " Default: vanilla, which is softmax.").build());
    MethodParameters.ALL.stream()
        .filter(MethodFlags::fitsUntrained)
        .map(MethodFlags::option)
        .map(MethodFlags::ofUntrained)
        .forEach(flags::addOption);
    return flags;
  }

  /** A gate that is trained from the start is that of the papers. */
  private static OptionSpec ofUntrained(OptionSpec option) {
    if (!option.longestName().equals(MethodParameters.GATE_IDENTITY.flag())) {
      return option;
    }
    return OptionSpec.builder(option)
        .description(
            "Gated methods: multiply the gate by 1/P, so that it changes nothing before training."
                + " Default: no.")
        .build();
  }

  private static boolean fitsUntrained(MethodParameter parameter) {
    return !(parameter.values() instanceof MethodParameter.File)
        && !parameter.equals(MethodParameters.CALIBRATED_SHIFT)
        && !parameter.equals(MethodParameters.HEADS);
  }

  private static OptionSpec.Builder method(String description) {
    return OptionSpec.builder(METHOD)
        .paramLabel("M")
        .type(String.class)
        .converters(new Choice.Methods())
        .completionCandidates(new Choice.Methods())
        .description(description);
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
    String label = parsed.matchedOptionValue(METHOD, Method.VANILLA.label());
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
