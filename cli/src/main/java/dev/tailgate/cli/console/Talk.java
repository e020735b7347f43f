package dev.tailgate.cli.console;

import dev.tailgate.quant.measure.RunProgress;
import java.io.PrintWriter;

/**
 * What the tool says while it works, on standard error: a bar where somebody watches, lines in a
 * log, nothing with {@code --quiet}.
 */
public interface Talk extends RunProgress, AutoCloseable {
  /** Columns of the terminal behind standard error; the launcher sets it where there is one. */
  String TERMINAL_COLUMNS = "tailgate.terminal.columns";

  @Override
  void say(String line);

  @Override
  void close();

  /** The talk that fits where standard error goes. The caller closes it, which clears the bar. */
  static Talk on(PrintWriter err, boolean quiet) {
    if (quiet) {
      return new SilentTalk();
    }
    int columns = Integer.getInteger(TERMINAL_COLUMNS, 0);
    return columns > 0
        ? new BarTalk(err, System.err, columns)
        : new LineTalk(err, System::nanoTime);
  }
}
