package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tailgate.cli.help.OptionGroup;
import dev.tailgate.cli.help.OptionLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options are found under the same headings in {@code --help} and in the manual. */
class OptionsPageTest {
  private static final Path PAGE = Path.of("../docs/cli.md");
  private static final String BEGIN = "<!-- options -->\n";
  private static final String END = "<!-- /options -->\n";

  private static Map<String, CommandLine> commands() {
    CommandLine top = Main.commandLine();
    Map<String, CommandLine> commands = new LinkedHashMap<>();
    commands.put("tailgate", top);
    commands.putAll(top.getSubcommands());
    return commands;
  }

  static Stream<Arguments> each() {
    return commands().entrySet().stream().map(e -> arguments(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("each")
  void everyOptionIsInOneGroup(String name, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    List<OptionSpec> grouped =
        OptionGroup.ALL.stream().flatMap(group -> group.of(spec).stream()).toList();
    assertThat(grouped).as(name).doesNotHaveDuplicates().hasSameElementsAs(spec.options());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("each")
  void helpShowsEveryOptionUnderItsHeading(String name, CommandLine command) {
    String help = command.getUsageMessage();
    int at = 0;
    for (OptionGroup group : OptionGroup.ALL) {
      List<OptionSpec> options = group.of(command.getCommandSpec());
      if (options.isEmpty()) {
        assertThat(help).as(name).doesNotContain("\n" + group.heading() + ":\n");
        continue;
      }
      at = help.indexOf("\n" + group.heading() + ":\n", at);
      assertThat(at).as(group.heading()).isNotNegative();
      for (OptionSpec option : options) {
        at = help.indexOf(" " + OptionLabel.of(option), at);
        assertThat(at).as(OptionLabel.of(option)).isNotNegative();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("each")
  void helpFitsATerminal(String name, CommandLine command) {
    String help = command.getUsageMessage();
    int examples = help.indexOf("\nExamples:\n");
    assertThat(help.substring(0, examples).lines()).as(name).allMatch(line -> line.length() <= 80);
    assertThat(help.lines()).as(name).allMatch(line -> line.length() <= 100);
    assertThat(help.lines().skip(1).findFirst()).as("one line of synopsis").contains("");
  }

  @Test
  void noGroupNamesWhatNoCommandHas() {
    List<String> names =
        commands().values().stream()
            .flatMap(command -> command.getCommandSpec().options().stream())
            .map(OptionSpec::longestName)
            .toList();
    assertThat(OptionGroup.ALL.stream().flatMap(group -> group.options().stream()))
        .allMatch(names::contains);
  }

  /** To accept a change: {@code mvn -pl cli -am test -Dgolden.accept=true}. */
  @Test
  void theManualShowsTheSame() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    int to = page.indexOf(END);
    assertThat(to).isGreaterThanOrEqualTo(from);
    if (Boolean.getBoolean("golden.accept")) {
      Files.writeString(PAGE, page.substring(0, from) + tables() + page.substring(to));
    } else {
      assertThat(page.substring(from, to)).isEqualTo(tables());
    }
  }

  private static String tables() {
    return OptionGroup.ALL.stream().map(OptionsPageTest::table).collect(Collectors.joining());
  }

  /** One row for an option that means the same in several commands, in the order of the group. */
  private static String table(OptionGroup group) {
    Map<String, String> rows = new LinkedHashMap<>();
    for (String name : group.options()) {
      commands()
          .forEach(
              (command, line) ->
                  group.of(line.getCommandSpec()).stream()
                      .filter(option -> option.longestName().equals(name))
                      .forEach(option -> rows.merge(row(option), command, OptionsPageTest::and)));
    }
    return String.format(
            Locale.ROOT, "\n### %s\n\n| option | meaning | of |\n|---|---|---|\n", group.heading())
        + rows.entrySet().stream()
            .map(
                row ->
                    String.format(Locale.ROOT, "| %s | %s |\n", row.getKey(), of(row.getValue())))
            .collect(Collectors.joining());
  }

  private static String and(String some, String other) {
    return some + ", " + other;
  }

  /** An option of the top command stands in every other, too. */
  private static String of(String commands) {
    return commands.startsWith("tailgate, ") ? "all" : commands;
  }

  private static String row(OptionSpec option) {
    return String.format(
        Locale.ROOT,
        "`%s` | %s",
        OptionLabel.of(option),
        OptionLabel.description(option).replace("|", "\\|"));
  }
}
