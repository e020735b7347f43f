package dev.tailgate.result.wording;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Many reasons as one clause: equal ones are counted, the most frequent come first. */
public final class Reasons {
  private static final int MOST = 3;

  private Reasons() {}

  /**
   * The reasons with their numbers, {@code 3 inside a loop, 1 excluded by op:Conv}; of more than
   * three different ones the rest is counted together. Empty for no reasons.
   */
  public static String inWords(List<String> reasons) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    reasons.forEach(reason -> counts.merge(reason, 1, Integer::sum));
    List<Map.Entry<String, Integer>> ranked = new ArrayList<>(counts.entrySet());
    ranked.sort(Comparator.comparing((Map.Entry<String, Integer> e) -> -e.getValue()));
    List<String> parts = new ArrayList<>();
    int rest = 0;
    for (int i = 0; i < ranked.size(); i++) {
      Map.Entry<String, Integer> entry = ranked.get(i);
      if (i < MOST) {
        parts.add(entry.getValue() + " " + entry.getKey());
      } else {
        rest += entry.getValue();
      }
    }
    if (rest > 0) {
      parts.add(rest + " for other reasons");
    }
    return String.join(", ", parts);
  }
}
