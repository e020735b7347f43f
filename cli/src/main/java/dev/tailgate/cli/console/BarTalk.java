package dev.tailgate.cli.console;

import java.io.PrintStream;
import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** One bar that each stage takes over from the last; it leaves no trace when the work is done. */
final class BarTalk implements Talk {
  private static final int MAX_COLUMNS = 100;

  private final PrintWriter err;
  private final PrintStream terminal;
  private final int columns;
  private @Nullable ProgressBar bar;
  private String stage = "";

  /** {@code terminal} is where {@code err} ends up, without what makes text safe: bars need \r. */
  BarTalk(PrintWriter err, PrintStream terminal, int columns) {
    this.err = err;
    this.terminal = terminal;
    this.columns = Math.min(columns - 1, MAX_COLUMNS);
  }

  @Override
  public void say(String line) {
    close();
    err.println(line);
    err.flush();
  }

  @Override
  public void at(String stage, long done, long total) {
    ProgressBar current = bar;
    boolean started = current == null || !stage.equals(this.stage);
    if (current == null || started) {
      close();
      this.stage = stage;
      current = start(stage, total);
      bar = current;
    }
    current.maxHint(total);
    current.stepTo(done);
    if (started) {
      // Otherwise the first sign of life comes with the first tick.
      current.refresh();
    }
  }

  private ProgressBar start(String stage, long total) {
    return new ProgressBarBuilder()
        .setTaskName(stage)
        .setInitialMax(total)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(100)
        .hideEta()
        .setConsumer(new DelegatingProgressBarConsumer(this::draw, columns))
        .build();
  }

  private void draw(String text) {
    terminal.print("\r" + text);
    terminal.flush();
  }

  @Override
  public void close() {
    ProgressBar current = bar;
    if (current != null) {
      current.close();
      draw(" ".repeat(columns));
      draw("");
      bar = null;
    }
  }
}
