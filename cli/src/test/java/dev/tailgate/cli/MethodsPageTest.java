package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodParameter;
import dev.tailgate.onnx.method.MethodParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The list of methods is what the manual shows and the command line takes. */
class MethodsPageTest {
  private static final Path PAGE = Path.of("../docs/rewriting.md");
  private static final String BEGIN = "<!-- methods -->\n";
  private static final String END = "<!-- /methods -->\n";

  private static String table() {
    List<String> lines = new ArrayList<>();
    lines.add("| `--method` | what becomes of an attention | options | gradient | trained in |");
    lines.add("|---|---|---|---|---|");
    for (Method method : Method.values()) {
      lines.add(
          "| "
              + String.join(
                  " | ",
                  "`" + method.label() + "`",
                  method.formula(),
                  options(method),
                  method.training().gradient().words() + (method.isGated() ? ", gate" : ""),
                  papers(method))
              + " |");
    }
    return String.join("\n", lines) + "\n";
  }

  private static String options(Method method) {
    return method.parameters().stream()
        .filter(parameter -> !parameter.equals(MethodParameters.HEADS))
        .map(parameter -> "`" + parameter.flag() + "`")
        .collect(Collectors.joining(", "));
  }

  private static String papers(Method method) {
    return method.training().papers().stream()
        .map(number -> "[" + number + "](https://arxiv.org/abs/" + number + ")")
        .collect(Collectors.joining(", "));
  }

  /** To accept a change: {@code mvn -pl cli -am test -Dgolden.accept=true}. */
  @Test
  void theManualShowsTheList() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    int to = page.indexOf(END);
    assertThat(to).isGreaterThanOrEqualTo(from);
    if (Boolean.getBoolean("golden.accept")) {
      Files.writeString(PAGE, page.substring(0, from) + table() + page.substring(to));
    } else {
      assertThat(page.substring(from, to)).isEqualTo(table());
    }
  }

  @Test
  void everyParameterIsAFlagOfRewriteInTheOrderOfTheList() {
    CommandLine rewrite = Main.commandLine().getSubcommands().get("rewrite");
    Map<String, OptionSpec> options = rewrite.getCommandSpec().optionsMap();
    assertThat(MethodParameters.ALL)
        .doesNotHaveDuplicates()
        .allSatisfy(parameter -> assertThat(options).containsKey(parameter.flag()));
    List<String> flags = MethodParameters.ALL.stream().map(MethodParameter::flag).toList();
    assertThat(rewrite.getCommandSpec().options().stream().map(OptionSpec::longestName))
        .containsSubsequence(flags);
    assertThat(Arrays.stream(Method.values()).flatMap(method -> method.parameters().stream()))
        .allMatch(MethodParameters.ALL::contains);
  }

  @Test
  void everyInlineParameterCanStandBehindAMethod() {
    for (MethodParameter parameter : MethodParameters.ALL) {
      String word = "outeffhop:" + parameter.name() + "=1";
      boolean takes = true;
      try {
        Main.commandLine().parseArgs("compare", "a.onnx", "--methods", word);
      } catch (CommandLine.ParameterException e) {
        takes = false;
      }
      assertThat(takes).as(word).isEqualTo(parameter.inline());
    }
  }
}
