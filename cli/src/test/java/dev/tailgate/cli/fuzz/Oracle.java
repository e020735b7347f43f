package dev.tailgate.cli.fuzz;

import dev.tailgate.cli.InProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What a command may do with any file; what it may not is named in words. */
final class Oracle {
  private static final Pattern TRACE = Pattern.compile("(?m)^\\s+at [\\w.$/]+\\(");

  /** Names that only programmers know, in a sentence for the user. */
  private static final Pattern INNER_NAME =
      Pattern.compile(
          "(com\\.fasterxml|java\\.(lang|util|io|nio|sql)|dev\\.tailgate)\\.[\\w.]*[A-Z]\\w+"
              + "|Input length = \\d|\\b(NullPointer|IndexOutOfBounds|ClassCast|NumberFormat|IllegalArgument"
              + "|IllegalState|Arithmetic|StackOverflow)(Exception|Error)\\b");

  private Oracle() {}

  /**
   * What is wrong with a run.
   *
   * @param before files of its folder before it
   * @param after the same afterwards
   * @param left files it left in the temporary folder
   */
  static List<String> complaints(
      Target target, InProcess run, Set<String> before, Set<String> after, Set<String> left) {
    List<String> complaints = new ArrayList<>();
    if (!target.codes().contains(run.code())) {
      complaints.add("exit code " + run.code());
    }
    if (run.code() != 0
        && run.code() != 1
        && run.code() != 5
        && !run.err().contains("tailgate: ")) {
      complaints.add("no reason given");
    }
    if (TRACE.matcher(run.err()).find()) {
      complaints.add("a stack trace");
    }
    if (run.code() != 0 && INNER_NAME.matcher(run.err()).find()) {
      complaints.add("words of the program");
    }
    if (run.code() > 1 && run.code() != 5) {
      Set<String> made = new TreeSet<>(after);
      made.removeAll(before);
      if (!made.isEmpty()) {
        complaints.add("written although refused: " + made);
      }
    }
    if (!left.isEmpty()) {
      complaints.add("left in the temporary folder: " + left);
    }
    return complaints;
  }
}
