package dev.tailgate.quant.placement;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names that are spelt most like another, by the number of edits between them. */
public final class NearestNames {
  private static final int COMPARED = 80;

  private NearestNames() {}

  /**
   * The {@code count} nearest of {@code names}, the nearest first, equally near ones by alphabet.
   */
  public static List<String> to(String wanted, Collection<String> names, int count) {
    Map<String, Integer> edits = new HashMap<>();
    names.forEach(name -> edits.put(name, edits(tail(wanted), tail(name))));
    return edits.entrySet().stream()
        .sorted(
            Comparator.comparingInt((Map.Entry<String, Integer> e) -> e.getValue())
                .thenComparing(Map.Entry::getKey))
        .limit(count)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Paths differ at their ends. */
  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - COMPARED));
  }

  /** Levenshtein distance. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
