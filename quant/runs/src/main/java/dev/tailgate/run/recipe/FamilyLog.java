package dev.tailgate.run.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Losses of all trainings of a family as a table: model, step, mean loss since the last line. */
final class FamilyLog {
  private static final String HEADER = "model,step,loss";

  private final Map<String, String> lines = new TreeMap<>();

  private FamilyLog() {}

  /** What is in a file already. */
  static FamilyLog in(Path file) throws IOException {
    FamilyLog log = new FamilyLog();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int comma = line.indexOf(',');
        if (comma > 0 && !line.equals(HEADER)) {
          log.lines.merge(line.substring(0, comma), line + "\n", String::concat);
        }
      }
    }
    return log;
  }

  /** Takes the losses of a model, a line for each {@code every} steps. */
  void add(String model, List<Double> losses, int every) {
    StringBuilder text = new StringBuilder();
    for (int from = 0; from + every <= losses.size(); from += every) {
      double mean =
          losses.subList(from, from + every).stream()
              .mapToDouble(Double::doubleValue)
              .average()
              .orElseThrow();
      text.append(String.format(Locale.ROOT, "%s,%d,%.5f%n", model, from + every, mean));
    }
    lines.put(model, text.toString().replace(System.lineSeparator(), "\n"));
  }

  String text() {
    return HEADER + "\n" + String.join("", lines.values());
  }
}
