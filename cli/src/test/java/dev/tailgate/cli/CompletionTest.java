package dev.tailgate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the script in a bash and asks it what could follow, as the shell does at a tab. */
class CompletionTest {
  private static final Path BASH = Path.of("/bin/bash");

  @TempDir private static Path folder;

  @BeforeAll
  static void writesTheScript() throws IOException {
    assumeTrue(Files.isExecutable(BASH), "there is no " + BASH + " to complete in");
    ByteArrayOutputStream script = new ByteArrayOutputStream();
    assertThat(Main.run(script, new ByteArrayOutputStream(), "completion", "bash")).isZero();
    Files.write(folder.resolve("tailgate.bash"), script.toByteArray());
  }

  /** What the last of {@code words} may become. */
  private static List<String> completions(String... words) throws Exception {
    String program =
        """
        source "$0" || exit 9
        COMP_WORDS=(tailgate "$@")
        COMP_CWORD=$#
        _complete_tailgate
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    ProcessBuilder bash = new ProcessBuilder(BASH.toString(), "--norc", "--noprofile", "-c");
    bash.command().add(program);
    bash.command().add(folder.resolve("tailgate.bash").toString());
    bash.command().addAll(List.of(words));
    // Outside of a tab, bash says that it is not completing; that is not the script's matter.
    bash.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = bash.start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return out.lines().map(String::strip).toList();
  }

  @Test
  void commandsAreCompleted() throws Exception {
    assertThat(completions("au")).containsExactly("audit");
    assertThat(completions("re")).containsExactlyInAnyOrder("rewrite", "reproduce", "report");
  }

  @Test
  void optionsAreCompleted() throws Exception {
    assertThat(completions("audit", "--calibration-d")).containsExactly("--calibration-data");
  }

  @Test
  void wordsOfAClosedListAreCompleted() throws Exception {
    assertThat(completions("audit", "--taps", ""))
        .containsExactlyInAnyOrder("auto", "bert", "opt", "vit", "stanhop", "blocks", "all");
    assertThat(completions("gate", "--format", "j")).containsExactly("json");
    assertThat(completions("completion", "z")).containsExactly("zsh");
  }

  /** picocli keeps the words of options of a command by the label of their value. */
  @Test
  void optionsDoNotTakeTheWordsOfOthers() throws Exception {
    assertThat(completions("audit", "--image-preset", "c")).contains("clip", "cifar10");
    assertThat(completions("heal", "--remedy", "cl")).containsExactly("clip");
    assertThat(completions("heal", "--weight-range", "mse_")).containsExactly("mse_papers");
  }

  @Test
  void optionsComeInTheOrderOfTheHelp() throws Exception {
    assertThat(completions("heal", "--"))
        .containsSubsequence("--auto", "--data", "--samples", "--scheme", "--ep", "--out", "--help")
        .doesNotHaveDuplicates();
  }
}
