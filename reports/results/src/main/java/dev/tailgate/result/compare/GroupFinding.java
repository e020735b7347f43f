package dev.tailgate.result.compare;

import dev.tailgate.result.wording.Numbers;
import dev.tailgate.stats.metric.Direction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a group shows, in a sentence or two; only what its numbers carry. */
public final class GroupFinding {
  private GroupFinding() {}

  /** The sentences; empty where there is nothing to compare. */
  public static String of(Group group, String baseline) {
    return (cheapest(group, baseline) + " " + differing(group, baseline)).strip();
  }

  private static String cheapest(Group group, String baseline) {
    List<MethodRow> rows =
        group.rows().stream().filter(row -> !Double.isNaN(mean(row, MethodColumn.CHANGE))).toList();
    if (!group.ranked() || rows.size() < 2) {
      return "";
    }
    // What costs is a rise where lower is better, and a fall where higher is.
    Comparator<MethodRow> byCost =
        Comparator.comparingDouble(
            row ->
                group.conditions().direction() == Direction.LOWER
                    ? mean(row, MethodColumn.CHANGE)
                    : -mean(row, MethodColumn.CHANGE));
    MethodRow best = rows.stream().min(byCost).orElseThrow();
    Optional<MethodRow> base =
        rows.stream().filter(row -> isBase(row) && !row.equals(best)).findFirst();
    String metric = group.conditions().metric();
    return group.conditions().schemeName()
        + " costs "
        + group.name(best)
        + " least: "
        + metric
        + " changes by "
        + signed(mean(best, MethodColumn.CHANGE))
        + base.map(b -> ", for " + baseline + " by " + signed(mean(b, MethodColumn.CHANGE)))
            .orElse("")
        + ".";
  }

  private static String differing(Group group, String baseline) {
    List<MethodRow> paired =
        group.rows().stream().filter(row -> row.against().cost().isPresent()).toList();
    if (paired.isEmpty()) {
      return "";
    }
    List<String> less = new ArrayList<>();
    List<String> more = new ArrayList<>();
    List<String> unclear = new ArrayList<>();
    for (MethodRow row : paired) {
      Paired.Difference cost = row.against().cost().orElseThrow();
      boolean isBetter = cost.value() < 0 == (group.conditions().direction() == Direction.LOWER);
      (cost.excludesZero() ? isBetter ? less : more : unclear).add(group.name(row));
    }
    List<String> parts = new ArrayList<>();
    part(parts, less, "less than " + baseline + " for ");
    part(parts, more, "more than " + baseline + " for ");
    part(parts, unclear, "no different from " + baseline + ", as far as these samples tell, for ");
    return "It costs " + String.join("; ", parts) + ".";
  }

  private static void part(List<String> parts, List<String> names, String words) {
    if (!names.isEmpty()) {
      parts.add(words + String.join(", ", names));
    }
  }

  private static boolean isBase(MethodRow row) {
    return row.against().notPaired().filter(Paired.BASELINE::equals).isPresent();
  }

  private static double mean(MethodRow row, MethodColumn column) {
    return row.cell(column).spread().mean();
  }

  private static String signed(double value) {
    return Numbers.signed(value).replaceFirst("^-", "\u2212");
  }
}
