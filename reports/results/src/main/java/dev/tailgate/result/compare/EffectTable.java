package dev.tailgate.result.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A {@link Softmax1Effect} as a table of words: each pair, then the two means. What nothing has is
 * left out: the paper where it has no such family, the change between means with a single seed.
 *
 * @param head of each column, the first of names
 * @param rows a text for each column
 */
public record EffectTable(List<String> head, List<List<String>> rows) {
  /** Copies the lists. */
  public EffectTable {
    head = List.copyOf(head);
    rows = List.copyOf(rows);
  }

  /** The table of a comparison; absent where no method stands beside its twin. */
  public static Optional<EffectTable> of(Comparison comparison) {
    return comparison.softmax1Effect().map(EffectTable::of);
  }

  private static EffectTable of(Softmax1Effect effect) {
    boolean seeds = effect.pairs().stream().anyMatch(pair -> pair.seeds().size() > 1);
    boolean paper = effect.pairs().stream().anyMatch(EffectTable::isInPaper);
    List<String> head = new ArrayList<>(List.of("softmax to Softmax1", "seeds"));
    for (MethodColumn column : List.of(MethodColumn.KURTOSIS, MethodColumn.INF_NORM)) {
      head.add(column.metric().orElseThrow().modelNumber().plainHead());
      if (seeds) {
        head.add("between means");
      }
      if (paper) {
        head.add("paper");
      }
    }
    List<List<String>> rows = new ArrayList<>();
    effect.pairs().forEach(pair -> rows.add(row(pair, pair.name(), seeds, paper)));
    effect
        .allPairs()
        .ifPresent(all -> rows.add(row(all, "mean of all " + counted(all), seeds, paper)));
    effect
        .plainPairs()
        .filter(plain -> plain.pairs() > 1)
        .ifPresent(
            plain ->
                rows.add(
                    row(plain, "mean of the " + plain.pairs() + " plain pairs", seeds, paper)));
    return new EffectTable(head, rows);
  }

  private static boolean isInPaper(PairChange pair) {
    return !Double.isNaN(pair.kurtosis().paper());
  }

  private static String counted(PairChange mean) {
    return mean.pairs() == 1 ? "1 pair" : mean.pairs() + " pairs";
  }

  private static List<String> row(PairChange pair, String name, boolean seeds, boolean paper) {
    List<String> cells = new ArrayList<>();
    cells.add(name);
    cells.add(pair.seeds().stream().map(String::valueOf).collect(Collectors.joining(" ")));
    for (SeedChange change : List.of(pair.kurtosis(), pair.infNorm())) {
      cells.add(change.inWords());
      if (seeds) {
        cells.add(change.ofMeansInWords());
      }
      if (paper) {
        cells.add(change.paperInWords());
      }
    }
    return cells;
  }

  /** How to read it, one sentence each. */
  public static List<String> reading(Comparison comparison) {
    boolean paper =
        comparison.softmax1Effect().stream()
            .flatMap(effect -> effect.pairs().stream())
            .anyMatch(EffectTable::isInPaper);
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "Relative change from a trained method to the same with Softmax1; plain is vanilla to"
            + " outeffhop.");
    sentences.add(
        "Mean over seeds with its 95 % interval by Student's t; a mean of pairs is taken seed by"
            + " seed.");
    if (paper) {
      sentences.add(
          "Paper: arXiv 2404.03828, Table 1. Its 22 % and 26 % are the mean of all 12 pairs.");
    }
    return sentences;
  }
}
