package dev.tailgate.cli.help;

import static java.util.stream.Collectors.joining;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Help that says in one line how a command is called, and lists its options by {@link OptionGroup}.
 *
 * <p>Groups are a matter of printing only. picocli's own argument groups would change what an
 * option holds that is not given, and every command would declare them again.
 */
public final class GroupedHelp {
  /** Columns of a terminal that nobody has made wider. */
  private static final int WIDTH = 80;

  private static final String SECTION_KEY_FILES = "files";

  private static final String FILES =
      "\n@FILE reads arguments from FILE, tailgate.yaml holds defaults (docs/cli.md).\n";

  /** Commands before options: of the top command, they are what one looks for. */
  private static final List<String> SECTIONS =
      List.of(
          SECTION_KEY_SYNOPSIS_HEADING,
          SECTION_KEY_SYNOPSIS,
          SECTION_KEY_DESCRIPTION,
          SECTION_KEY_COMMAND_LIST_HEADING,
          SECTION_KEY_COMMAND_LIST,
          SECTION_KEY_PARAMETER_LIST,
          SECTION_KEY_OPTION_LIST,
          SECTION_KEY_FILES,
          SECTION_KEY_EXIT_CODE_LIST_HEADING,
          SECTION_KEY_EXIT_CODE_LIST,
          SECTION_KEY_FOOTER_HEADING,
          SECTION_KEY_FOOTER);

  private GroupedHelp() {}

  /** Lets {@code command} and the commands below it print help of this kind. */
  public static void install(CommandLine command) {
    command.setUsageHelpWidth(WIDTH);
    Map<String, IHelpSectionRenderer> sections = command.getHelpSectionMap();
    sections.put(SECTION_KEY_SYNOPSIS, help -> synopsis(help.commandSpec()) + "\n\n");
    sections.put(SECTION_KEY_PARAMETER_LIST, help -> arguments(help.commandSpec()));
    sections.put(SECTION_KEY_OPTION_LIST, help -> options(help.commandSpec()));
    // Examples are copied from the screen: as they are, and not broken.
    sections.put(SECTION_KEY_FOOTER, help -> examples(help.commandSpec()));
    sections.put(SECTION_KEY_FILES, help -> FILES);
    command.setHelpSectionMap(sections);
    command.setHelpSectionKeys(SECTIONS);
    command.getSubcommands().values().forEach(GroupedHelp::install);
  }

  /** The arguments that must be there; of what need not, that there is some. */
  private static String synopsis(CommandSpec command) {
    String[] own = command.usageMessage().customSynopsis();
    if (own.length > 0) {
      return own[0];
    }
    Stream<String> arguments = command.positionalParameters().stream().map(OptionLabel::of);
    Stream<String> required =
        OptionGroup.ALL.stream()
            .flatMap(group -> group.of(command).stream())
            .filter(OptionSpec::required)
            .map(option -> option.shortestName() + " " + option.paramLabel());
    String below = command.subcommands().isEmpty() ? "" : "COMMAND";
    return Stream.of(
            Stream.of(command.qualifiedName(), below), arguments, required, Stream.of("[OPTIONS]"))
        .flatMap(words -> words)
        .filter(word -> !word.isEmpty())
        .collect(joining(" "));
  }

  private static String arguments(CommandSpec command) {
    List<PositionalParamSpec> arguments = command.positionalParameters();
    return section(
        "Arguments",
        arguments.stream().map(a -> Entry.of(OptionLabel.of(a), OptionLabel.description(a))));
  }

  private static String options(CommandSpec command) {
    return OptionGroup.ALL.stream()
        .map(
            group ->
                section(
                    group.heading(),
                    group.of(command).stream()
                        .map(o -> Entry.of(OptionLabel.of(o), OptionLabel.description(o)))))
        .collect(joining());
  }

  private static String examples(CommandSpec command) {
    return Arrays.stream(command.usageMessage().footer())
        .map(line -> String.format(Locale.ROOT, line) + "\n")
        .collect(joining());
  }

  private static String section(String heading, Stream<Entry> entries) {
    String body = entries.map(entry -> entry.print(WIDTH)).collect(joining());
    return body.isEmpty() ? "" : "\n" + heading + ":\n" + body;
  }
}
