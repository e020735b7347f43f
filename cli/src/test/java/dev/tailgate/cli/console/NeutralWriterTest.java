package dev.tailgate.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class NeutralWriterTest {
  private final StringWriter text = new StringWriter();
  private final PrintWriter out = new PrintWriter(new NeutralWriter(text));

  @Test
  void replacesControlCharactersHoweverTheyAreWritten() {
    out.write("a\u001b[2Jb");
    out.write(new char[] {'x', '\u0007', 'y'}, 1, 2);
    out.write('\u009b');
    out.append('\b');
    assertThat(text).hasToString("a?[2Jb?y??");
  }

  @Test
  void replacesDirectionOverrides() {
    out.write("abc\u202Ecba\u2066d");
    assertThat(text).hasToString("abc?cba?d");
  }

  @Test
  void keepsLinesTabsAndLetters() {
    out.write("\u00e9\t\u4e2d\n\uD83D\uDE00\n");
    assertThat(text).hasToString("\u00e9\t\u4e2d\n\uD83D\uDE00\n");
  }
}
