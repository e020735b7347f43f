package dev.tailgate.page.console;

import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.EffectTable;
import dev.tailgate.result.wording.PlainText;
import java.util.List;
import java.util.Optional;

/** What Softmax1 does to each pair of methods and in the mean, for standard output. */
final class Softmax1Text {
  private Softmax1Text() {}

  /** The lines, each ended by a line feed; absent where no method stands beside its twin. */
  static Optional<String> render(Comparison comparison) {
    return EffectTable.of(comparison)
        .map(
            effect -> {
              TextTable table = new TextTable(1, effect.head());
              effect.rows().forEach(row -> table.row(plain(row)));
              return table.render() + String.join("\n", EffectTable.reading(comparison)) + "\n";
            });
  }

  private static List<String> plain(List<String> cells) {
    return cells.stream().map(PlainText::of).toList();
  }
}
