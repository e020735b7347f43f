package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The examples that {@code --help} ends with are command lines that work. */
class ExamplesTest {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  private record Example(String command, String line) {
    @Override
    public String toString() {
      return line;
    }
  }

  static Stream<String> commands() {
    return Stream.concat(
        Stream.of(""), Main.commandLine().getSubcommands().keySet().stream().sorted());
  }

  static Stream<Example> examples() {
    return commands()
        .flatMap(command -> lines(command).map(line -> new Example(command, line.strip())));
  }

  private static Stream<String> lines(String command) {
    CommandLine top = Main.commandLine();
    CommandLine asked = command.isEmpty() ? top : top.getSubcommands().get(command);
    String help = asked.getUsageMessage();
    int from = help.indexOf("\nExamples:\n");
    return from < 0 ? Stream.of() : help.substring(from + 11).lines().filter(l -> !l.isBlank());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasExamplesOfItself(String command) {
    assertThat(lines(command)).isNotEmpty().anyMatch(line -> line.contains("tailgate " + command));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleParses(Example example) {
    List<String> words = words(example.line());
    assertThat(words.get(0)).isEqualTo("tailgate");
    String[] args = words.subList(1, words.size()).toArray(String[]::new);
    assertThatCode(() -> Main.commandLine().parseArgs(args)).doesNotThrowAnyException();
  }

  @Test
  void anExampleThatDoesNotParseWouldBeSeen() {
    assertThatCode(() -> Main.commandLine().parseArgs("audit", "a.onnx", "--tapz", "opt"))
        .isInstanceOf(CommandLine.ParameterException.class);
  }

  /** Words as a shell splits them; of a process substitution, those of the command in it. */
  private static List<String> words(String line) {
    String command = line.replaceFirst("^source <\\((.*)\\)$", "$1");
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      words.add(
          word.group(1) != null
              ? word.group(1)
              : word.group(2) != null ? word.group(2) : word.group(3));
    }
    return words;
  }
}
