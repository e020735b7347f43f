package dev.tailgate.data.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What to write where the names of columns do not say which are texts and labels: a guess by their
 * cells, which a user confirms. The column with most words is a text, and so is a second one with
 * at least half as many; real numbers beside two texts are their score, whole numbers or short
 * texts are labels.
 */
final class ColumnAdvice {
  /** Fewer words a cell are a name rather than a text. */
  private static final double FEWEST_WORDS = 2.5;

  private ColumnAdvice() {}

  /**
   * For example {@code --columns sentence1=6,sentence2=7,score=5}; empty where no column is a text.
   */
  static Optional<String> of(TableQuery table, List<Column> columns) {
    List<Column> texts = columns.stream().filter(Column::isText).toList();
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    List<Double> words = TableDescription.words(table, texts);
    double most = words.stream().mapToDouble(w -> w).max().orElse(0);
    List<Column> chosen =
        IntStream.range(0, texts.size())
            .filter(i -> words.get(i) >= Math.max(FEWEST_WORDS, most / 2))
            .mapToObj(texts::get)
            .toList();
    if (chosen.isEmpty() || chosen.size() > 2) {
      return Optional.empty();
    }
    List<String> roles = new ArrayList<>();
    if (chosen.size() == 1) {
      roles.add("text=" + chosen.get(0).name());
    } else {
      roles.add("sentence1=" + chosen.get(0).name());
      roles.add("sentence2=" + chosen.get(1).name());
    }
    label(columns, chosen).ifPresent(roles::add);
    return Optional.of("--columns " + String.join(",", roles));
  }

  private static Optional<String> label(List<Column> columns, List<Column> texts) {
    List<Column> others = columns.stream().filter(c -> !texts.contains(c)).toList();
    Optional<Column> real = others.stream().filter(c -> c.type() == Column.Type.REAL).findFirst();
    if (texts.size() == 2 && real.isPresent()) {
      return real.map(c -> "score=" + c.name());
    }
    return others.size() == 1 && (others.get(0).isText() || others.get(0).isInteger())
        ? Optional.of("label=" + others.get(0).name())
        : Optional.empty();
  }
}
