package dev.tailgate.result.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What Softmax1 does to outliers, by the definition of arXiv 2404.03828: the mean relative change
 * over all pairs of a method and the same with Softmax1 (the twelve of its Table 1 give -21.88 % of
 * average kurtosis and -26.07 % of the maximum infinity norm), and that of plain softmax alone,
 * which is another number (-52.6 % and -47.6 %).
 *
 * <p>Only models that were trained with their method count. A pair takes the seeds that both
 * methods have, a mean those that all its pairs have. One seed of a mean is one repetition of the
 * whole experiment, and its interval is over those.
 *
 * @param pairs each pair there is, in the order of families and methods
 * @param allPairs the mean over them; absent where they share no seed
 * @param plainPairs the mean over the pairs of plain softmax; absent without one
 */
public record Softmax1Effect(
    List<PairChange> pairs, Optional<PairChange> allPairs, Optional<PairChange> plainPairs) {
  /** What the mean over all pairs is called, which is the paper's number. */
  public static final String ALL = "all pairs";

  /** What the mean over the pairs of plain softmax is called. */
  public static final String PLAIN = "vanilla to outeffhop";

  /** A group and one of its pairs. */
  private record Place(Group group, Softmax1Pair pair) {}

  /** The numbers of a pair by seed. */
  private record Twins(Map<Integer, Member> base, Map<Integer, Member> softmax1) {
    TreeSet<Integer> seeds() {
      TreeSet<Integer> both = new TreeSet<>(base.keySet());
      both.retainAll(softmax1.keySet());
      return both;
    }
  }

  /** Copies the list. */
  public Softmax1Effect {
    pairs = List.copyOf(pairs);
  }

  /** The effect in these groups; absent where no pair shares a seed. */
  static Optional<Softmax1Effect> of(List<Group> groups) {
    Map<Place, Twins> twins = new LinkedHashMap<>();
    for (Group group : groups) {
      for (Softmax1Pair pair : Softmax1Pair.values()) {
        Twins found = new Twins(members(group, pair.base()), members(group, pair.softmax1()));
        if (!found.seeds().isEmpty()) {
          twins.put(new Place(group, pair), found);
        }
      }
    }
    if (twins.isEmpty()) {
      return Optional.empty();
    }
    List<PairChange> pairs = new ArrayList<>();
    twins.forEach((place, found) -> pairs.add(change(place, found, found.seeds())));
    return Optional.of(new Softmax1Effect(pairs, mean(ALL, twins), mean(PLAIN, plain(twins))));
  }

  private static Map<Integer, Member> members(Group group, String method) {
    Map<Integer, Member> bySeed = new LinkedHashMap<>();
    group.rows().stream()
        .filter(row -> row.method().equals(method) && row.origin().equals(MethodRow.TRAINED))
        .flatMap(row -> row.members().stream())
        .forEach(member -> bySeed.put(member.seed(), member));
    return bySeed;
  }

  private static Map<Place, Twins> plain(Map<Place, Twins> twins) {
    Map<Place, Twins> plain = new LinkedHashMap<>(twins);
    plain.keySet().removeIf(place -> place.pair() != Softmax1Pair.PLAIN);
    return plain;
  }

  private static Optional<PairChange> mean(String name, Map<Place, Twins> twins) {
    if (twins.isEmpty()) {
      return Optional.empty();
    }
    TreeSet<Integer> seeds = new TreeSet<>(twins.values().iterator().next().seeds());
    twins.values().forEach(found -> seeds.retainAll(found.seeds()));
    if (seeds.isEmpty()) {
      return Optional.empty();
    }
    List<PairChange> pairs = new ArrayList<>();
    twins.forEach((place, found) -> pairs.add(change(place, found, seeds)));
    return Optional.of(PairChange.meanOf(name, pairs));
  }

  private static PairChange change(Place place, Twins twins, TreeSet<Integer> seeds) {
    Optional<PaperTable.Row> paper = PaperTable.row(place.group().family(), place.pair());
    return new PairChange(
        place.pair().of(place.group().title()),
        1,
        List.copyOf(seeds),
        SeedChange.between(
            numbers(twins.base(), seeds, MethodColumn.KURTOSIS),
            numbers(twins.softmax1(), seeds, MethodColumn.KURTOSIS),
            paper.map(PaperTable.Row::kurtosisChange).orElse(Double.NaN)),
        SeedChange.between(
            numbers(twins.base(), seeds, MethodColumn.INF_NORM),
            numbers(twins.softmax1(), seeds, MethodColumn.INF_NORM),
            paper.map(PaperTable.Row::infNormChange).orElse(Double.NaN)));
  }

  private static double[] numbers(
      Map<Integer, Member> members, TreeSet<Integer> seeds, MethodColumn column) {
    return seeds.stream()
        .mapToDouble(seed -> Objects.requireNonNull(members.get(seed)).number(column))
        .toArray();
  }
}
