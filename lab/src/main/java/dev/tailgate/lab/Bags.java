package dev.tailgate.lab;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Bags of a user: of an {@code .npz} the arrays {@code features [N, d]}, {@code bag [N]}, the
 * number of the bag of each row, and {@code label [N]}, 0 or 1 and the same for all of a bag.
 *
 * @param bags {@code [bags][size][d]}
 * @param labels of bags
 * @param description in words
 */
@SuppressWarnings("ArrayRecordComponent") // read in loops, never compared
record Bags(double[][][] bags, int[] labels, String description) {
  private static final int FEWEST = 20;

  /** The bags in these arrays, where they are bags. */
  static Optional<Bags> of(Map<String, Tensor> arrays, String where) {
    Tensor features = arrays.get("features");
    Tensor bag = arrays.get("bag");
    Tensor label = arrays.get("label");
    if (features == null || bag == null || label == null || features.rank() != 2) {
      return Optional.empty();
    }
    int rows = Math.toIntExact(features.dim(0));
    if (bag.elementCount() != rows || label.elementCount() != rows) {
      throw refused("a bag and a label for each of " + rows + " rows", "other lengths", where);
    }
    int width = Math.toIntExact(features.dim(1));
    Elements.Reader reader = Elements.reader(features);
    long[] ids = bag.toLongs();
    long[] classes = label.toLongs();
    Map<Long, List<double[]>> byBag = new LinkedHashMap<>();
    Map<Long, Long> classOf = new LinkedHashMap<>();
    for (int r = 0; r < rows; r++) {
      double[] row = new double[width];
      for (int c = 0; c < width; c++) {
        row[c] = reader.get(r * width + c);
        if (!Double.isFinite(row[c])) {
          throw refused("finite numbers", "NaN or an infinity in row " + r, where);
        }
      }
      byBag.computeIfAbsent(ids[r], key -> new ArrayList<>()).add(row);
      Long before = classOf.putIfAbsent(ids[r], classes[r]);
      if ((before != null && before != classes[r]) || classes[r] < 0 || classes[r] > 1) {
        throw refused("one label of 0 or 1 a bag", "another in row " + r, where);
      }
    }
    if (byBag.size() < FEWEST) {
      throw refused(FEWEST + " bags or more", byBag.size() + " bags", where);
    }
    double[][][] bags =
        byBag.values().stream().map(b -> b.toArray(double[][]::new)).toArray(double[][][]::new);
    int[] labels =
        byBag.keySet().stream()
            .mapToInt(id -> Math.toIntExact(Objects.requireNonNull(classOf.get(id))))
            .toArray();
    return Optional.of(
        new Bags(bags, labels, where + ", " + bags.length + " bags of " + rows + " vectors"));
  }

  private static DataException refused(String expected, String found, String where) {
    return DataException.doing("reading bags")
        .expected(expected)
        .found(found)
        .where(where)
        .fix("Save features [N, d], bag [N] and label [N].");
  }

  /** Refuses bags of which a class has fewer, so that a fold would go without. */
  void requireOfEachClass(int fewest) {
    for (int label = 0; label < 2; label++) {
      int wanted = label;
      long there = Arrays.stream(labels).filter(own -> own == wanted).count();
      if (there < fewest) {
        throw refused(
            fewest + " bags or more of each class", there + " of class " + label, description);
      }
    }
  }

  /** Places in an order in which every fold has its share of both classes. */
  int[] order(SplittableRandom random) {
    List<Integer> drawn = new ArrayList<>();
    for (int label = 0; label < 2; label++) {
      List<Integer> own = new ArrayList<>();
      for (int b = 0; b < bags.length; b++) {
        if (labels[b] == label) {
          own.add(random.nextInt(own.size() + 1), b);
        }
      }
      drawn.addAll(own);
    }
    return drawn.stream().mapToInt(i -> i).toArray();
  }

  /** These bags, scaled to mean 0 and deviation 1 of the vectors of others. */
  Examples scaled(List<Integer> chosen, List<Integer> by) {
    int width = bags[0][0].length;
    double[] sum = new double[width];
    double[] squares = new double[width];
    long count = 0;
    for (int b : by) {
      for (double[] row : bags[b]) {
        count++;
        for (int c = 0; c < width; c++) {
          sum[c] += row[c];
          squares[c] += row[c] * row[c];
        }
      }
    }
    double n = count;
    double[] mean = Arrays.stream(sum).map(s -> s / n).toArray();
    double[] size = new double[width];
    Arrays.setAll(size, c -> Math.sqrt(Math.max(1e-12, squares[c] / n - mean[c] * mean[c])));
    double[][][] scaled = new double[chosen.size()][][];
    int[] own = new int[chosen.size()];
    for (int i = 0; i < scaled.length; i++) {
      own[i] = labels[chosen.get(i)];
      scaled[i] =
          Arrays.stream(bags[chosen.get(i)])
              .map(
                  row -> {
                    double[] each = new double[width];
                    Arrays.setAll(each, c -> (row[c] - mean[c]) / size[c]);
                    return each;
                  })
              .toArray(double[][]::new);
    }
    int largest = Arrays.stream(bags).mapToInt(b -> b.length).max().orElse(1);
    return new Examples(scaled, own, largest);
  }
}
