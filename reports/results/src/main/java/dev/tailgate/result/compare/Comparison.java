package dev.tailgate.result.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Results side by side.
 *
 * <p>Only what is over the same samples, with the same taps, scheme and metric, stands in one
 * group; a row holds only seeds of one method and one origin.
 *
 * @param baseline the method that others are compared with
 * @param groups in the order in which they first appear
 * @param softmax1Effect what Softmax1 does in the mean; absent where no method stands beside its
 *     twin
 * @param notes what a reader must know before comparing, one sentence each
 */
public record Comparison(
    String baseline,
    List<Group> groups,
    Optional<Softmax1Effect> softmax1Effect,
    List<String> notes) {
  /** The baseline where none is named. */
  public static final String BASELINE = "vanilla";

  /** Copies the lists. */
  public Comparison {
    groups = List.copyOf(groups);
    notes = List.copyOf(notes);
  }

  /** How many models stand behind its rows. */
  public int models() {
    return groups.stream()
        .flatMap(group -> group.rows().stream())
        .mapToInt(row -> row.members().size())
        .sum();
  }

  /** Compares runs with {@code baseline}, family by family. */
  public static Comparison of(List<MethodRun> runs, String baseline) {
    List<MethodRun> distinct = RunLabels.distinct(RunLabels.inFamilies(runs));
    Map<String, List<MethodRun>> byConditions = new LinkedHashMap<>();
    for (MethodRun run : distinct) {
      String key = run.family() + "\n" + Conditions.of(run.result()).key();
      byConditions.computeIfAbsent(key, k -> new ArrayList<>()).add(run);
    }
    List<List<MethodRun>> parts = List.copyOf(byConditions.values());
    List<Group> groups = new ArrayList<>();
    for (List<MethodRun> part : parts) {
      String family = part.get(0).family();
      boolean alone = parts.stream().filter(p -> p.get(0).family().equals(family)).count() == 1;
      groups.add(group(part, alone, baseline));
    }
    return new Comparison(
        baseline, groups, Softmax1Effect.of(groups), Notes.of(groups, distinct, baseline));
  }

  private static Group group(List<MethodRun> runs, boolean alone, String baseline) {
    Conditions conditions = Conditions.of(runs.get(0).result());
    String family = runs.get(0).family();
    Map<String, List<MethodRun>> byRow = new LinkedHashMap<>();
    runs.stream()
        .sorted(Comparator.comparingInt(MethodRun::seed))
        .forEach(run -> byRow.computeIfAbsent(key(run), k -> new ArrayList<>()).add(run));
    List<String> order = runs.stream().map(Comparison::key).distinct().toList();
    List<List<MethodRun>> parts =
        order.stream().map(key -> Objects.requireNonNull(byRow.get(key))).toList();
    Optional<List<MethodRun>> base =
        parts.stream()
            .filter(part -> part.get(0).method().equals(baseline))
            .min(
                Comparator.comparing(
                    part -> !MethodRow.origin(part.get(0)).equals(MethodRow.TRAINED)));
    List<MethodRow> rows = parts.stream().map(part -> row(part, base)).toList();
    boolean ranked = conditions.dataSha256().isPresent();
    return new Group(
        family,
        conditions,
        alone ? family : family + " (" + conditions.inWords() + ")",
        ranked,
        ranked ? Ranking.mark(rows, conditions.direction()) : rows);
  }

  private static String key(MethodRun run) {
    return run.method() + "\n" + MethodRow.origin(run);
  }

  private static MethodRow row(List<MethodRun> part, Optional<List<MethodRun>> base) {
    MethodRow row = MethodRow.of(part);
    if (base.isEmpty()) {
      return row;
    }
    if (base.get().equals(part)) {
      return row.with(Paired.not(Paired.BASELINE));
    }
    MethodRow baseRow = MethodRow.of(base.get());
    return row.with(PairedBootstrap.of(part, base.get()))
        .with(
            cell ->
                cell.with(
                    relative(cell.spread().mean(), baseRow.cell(cell.column()).spread().mean()),
                    cell.mark()));
  }

  private static double relative(double value, double base) {
    return base == 0 ? Double.NaN : value / base - 1;
  }

  /** Whether any group has models of different origin. */
  public boolean mixesOrigins() {
    return groups.stream().flatMap(g -> g.rows().stream()).map(MethodRow::origin).distinct().count()
            > 1
        || groups.stream()
            .flatMap(g -> g.rows().stream())
            .anyMatch(row -> !row.origin().equals(MethodRow.TRAINED));
  }

  /** Columns that have a number in some row; times are measured for models only. */
  public List<MethodColumn> columns() {
    return Arrays.stream(MethodColumn.values())
        .filter(column -> column != MethodColumn.TIME || hasTimes())
        .toList();
  }

  private boolean hasTimes() {
    return groups.stream()
        .flatMap(group -> group.rows().stream())
        .anyMatch(row -> !Double.isNaN(row.cell(MethodColumn.TIME).spread().mean()));
  }
}
