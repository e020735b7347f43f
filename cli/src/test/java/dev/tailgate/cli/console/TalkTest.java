package dev.tailgate.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TalkTest {
  private final StringWriter text = new StringWriter();
  private final PrintWriter err = new PrintWriter(text);

  @Test
  void quietSaysNothing() {
    try (Talk talk = Talk.on(err, true)) {
      talk.say("hello");
      talk.about("model").at("calibrating", 1, 16);
    }
    assertThat(text.toString()).isEmpty();
  }

  @Test
  void withoutTerminalEachStageIsOneLineAndALongOneIsHeardOfEveryTenSeconds() {
    AtomicLong now = new AtomicLong();
    try (Talk talk = new LineTalk(err, now::get)) {
      for (int i = 0; i <= 16; i++) {
        talk.about("model").at("calibrating", i, 16);
      }
      talk.at("searching", 0, 9);
      for (int i = 1; i <= 9; i++) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(4));
        talk.at("searching", i, 9);
      }
      talk.at("writing", 0, 1);
    }
    assertThat(text.toString().lines())
        .containsExactly(
            "model: calibrating", "searching", "searching 3/9", "searching 6/9", "writing");
  }

  @Test
  void barStaysInItsLineAndIsWipedBeforeWords() {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    PrintStream raw = new PrintStream(terminal, true, StandardCharsets.UTF_8);
    try (Talk talk = new BarTalk(err, raw, 40)) {
      talk.at("calibrating", 8, 16);
      talk.say("done");
    }
    String drawn = terminal.toString(StandardCharsets.UTF_8);
    assertThat(drawn).contains("calibrating").endsWith("\r" + " ".repeat(39) + "\r");
    assertThat(drawn.split("\r")).allSatisfy(frame -> assertThat(frame).hasSizeLessThan(40));
    assertThat(text.toString().strip()).isEqualTo("done");
  }
}
