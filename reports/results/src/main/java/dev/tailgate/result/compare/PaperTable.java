package dev.tailgate.result.compare;

import java.util.List;
import java.util.Optional;

/**
 * Table 1 of "Outlier-Efficient Hopfield Layers for Large Transformer-Based Models" (arXiv
 * 2404.03828), as the authors' project page has it: means over three seeds of BERT, OPT-125m,
 * ViT-S/16 and STanHop-Net.
 */
final class PaperTable {
  /**
   * A pair of its rows.
   *
   * @param family as the reference families are called
   * @param pair which two methods
   * @param kurtosis average kurtosis with softmax
   * @param infNorm maximum infinity norm with softmax
   * @param kurtosis1 average kurtosis with Softmax1
   * @param infNorm1 maximum infinity norm with Softmax1
   */
  record Row(
      String family,
      Softmax1Pair pair,
      double kurtosis,
      double infNorm,
      double kurtosis1,
      double infNorm1) {
    double kurtosisChange() {
      return kurtosis1 / kurtosis - 1;
    }

    double infNormChange() {
      return infNorm1 / infNorm - 1;
    }
  }

  /** The twelve pairs in the order of the table. */
  static final List<Row> ROWS =
      List.of(
          new Row("bert", Softmax1Pair.PLAIN, 418.724, 255.859, 26.564, 33.618),
          new Row("bert", Softmax1Pair.CLIPPED, 14.210, 33.619, 11.839, 30.107),
          new Row("bert", Softmax1Pair.GATED, 17.779, 34.082, 15.625, 32.777),
          new Row("opt", Softmax1Pair.PLAIN, 23341.513, 92.786, 21.542, 13.302),
          new Row("opt", Softmax1Pair.CLIPPED, 9731.110, 43.803, 24127.332, 67.602),
          new Row("opt", Softmax1Pair.GATED, 90.321, 13.704, 11.449, 7.568),
          new Row("vit", Softmax1Pair.PLAIN, 37.104, 272.198, 31.601, 249.163),
          new Row("vit", Softmax1Pair.CLIPPED, 33.868, 257.613, 24.642, 196.199),
          new Row("vit", Softmax1Pair.GATED, 45.145, 269.279, 21.979, 60.169),
          new Row("stanhop", Softmax1Pair.PLAIN, 2.954, 5.048, 2.897, 4.565),
          new Row("stanhop", Softmax1Pair.CLIPPED, 2.995, 4.890, 2.864, 4.145),
          new Row("stanhop", Softmax1Pair.GATED, 2.487, 4.277, 2.459, 4.240));

  private PaperTable() {}

  static Optional<Row> row(String family, Softmax1Pair pair) {
    return ROWS.stream()
        .filter(row -> row.family().equals(family) && row.pair() == pair)
        .findFirst();
  }
}
