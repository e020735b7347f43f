package dev.tailgate.lab;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.Study;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** How many random patterns are stored, by dimension, beside the exponential lower bound. */
final class CapacityExperiment implements Experiment {
  private static final int[] WIDTHS = {4, 8, 12, 16, 20, 24, 28, 32, 75};
  private static final double BETA = 1;
  private static final double K = 1;
  private static final double P = 0.001;
  private static final int MOST = 1 << 12;
  private static final int ASKED = 128;

  /** A pattern counts as stored where one step from it ends this near, over the sphere's radius. */
  private static final double STORED = 0.1;

  @Override
  public String id() {
    return "capacity";
  }

  @Override
  public String question() {
    return "How many random patterns does a memory store, by dimension?";
  }

  /**
   * Refuses sizes that do not fit into a quarter of the memory that this process may take.
   *
   * @throws DataException where they do not
   */
  static void requireMemory(long patterns, long width) {
    double bytes = (double) patterns * width * Double.BYTES * 4;
    double room = Runtime.getRuntime().maxMemory() / 4.0;
    if (bytes > room) {
      throw DataException.doing("storing patterns")
          .expected(String.format(Locale.ROOT, "at most %.1f GB", room / 1e9))
          .found(
              String.format(
                  Locale.ROOT, "%.1f GB for %d patterns of %d", bytes / 1e9, patterns, width))
          .fix("Ask for fewer patterns, or give Java more memory with -Xmx.");
    }
  }

  @Override
  public Study run(Laboratory lab) {
    requireMemory(MOST, WIDTHS[WIDTHS.length - 1]);
    Map<Separation, List<Double>> stored = new EnumMap<>(Separation.class);
    List<Double> at = new ArrayList<>();
    List<Double> bounds = new ArrayList<>();
    boolean isAbove = true;
    for (int width : WIDTHS) {
      at.add((double) width);
      double c = LambertW.capacityBase(BETA, K, width, P);
      boolean applies = c >= Math.pow(2 / Math.sqrt(P), 4.0 / (width - 1));
      bounds.add(applies ? Math.sqrt(P) * Math.pow(c, (width - 1) / 4.0) : Double.NaN);
      for (Separation separation : Separation.values()) {
        double found = largest(lab, separation, width);
        stored.computeIfAbsent(separation, key -> new ArrayList<>()).add(found);
        isAbove &= !applies || found >= bounds.get(bounds.size() - 1);
      }
      lab.progress().at("filling memories", at.size(), WIDTHS.length);
    }
    double first = LambertW.capacityBase(1, 3, 20, P);
    double second = LambertW.capacityBase(1, 1, 75, P);
    List<Study.Line> lines = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    stored.forEach(
        (separation, found) -> {
          lines.add(new Study.Line(separation.label(), at, found));
          List<String> row = new ArrayList<>(List.of(separation.label()));
          found.forEach(v -> row.add(v >= MOST ? ">= " + MOST : Integer.toString(v.intValue())));
          rows.add(row);
        });
    lines.add(new Study.Line("lower bound", at, bounds));
    List<String> row = new ArrayList<>(List.of("lower bound"));
    bounds.forEach(v -> row.add(Double.isNaN(v) ? "-" : Words.number(v)));
    rows.add(row);
    List<String> columns = new ArrayList<>(List.of("memory"));
    for (int width : WIDTHS) {
      columns.add("d = " + width);
    }
    List<Double> one = Objects.requireNonNull(stored.get(Separation.SOFTMAX1));
    List<Double> dense = Objects.requireNonNull(stored.get(Separation.SOFTMAX));
    double growth = growth(at, one);
    return new Study(
        id(),
        question(),
        "Random patterns on a sphere of radius "
            + Words.number(K)
            + " sqrt(d - 1), beta "
            + Words.number(BETA)
            + "; the largest power of 2 of patterns, up to "
            + MOST
            + ", of which 99 % of "
            + ASKED
            + " asked for come back within "
            + STORED
            + " of the radius. Largest difference from doubles "
            + Words.number(lab.difference()),
        List.of(
            Claim.proven(
                "c >= 3.1546 for beta 1, K 3, d 20, p 0.001",
                Words.number(first),
                first >= 3.1546 && first < 3.1547,
                "Ramsauer et al., arXiv 2008.02217"),
            Claim.proven(
                "c >= 1.3718 for beta 1, K 1, d 75, p 0.001",
                Words.number(second),
                second >= 1.3718 && second < 1.3719,
                "Ramsauer et al., arXiv 2008.02217"),
            Claim.proven(
                "All memories store at least as many as the lower bound says, where it applies",
                isAbove ? "in all dimensions" : "not in all dimensions",
                isAbove,
                "Ramsauer et al., theorem 3; OutEffHop, theorem 3.3"),
            Claim.measured(
                "Capacity grows exponentially with the dimension",
                "with Softmax1 by a factor of "
                    + Words.number(Math.exp(growth))
                    + " a dimension until the largest size that was tried",
                growth > 0.1),
            Claim.same(
                "Softmax1 stores as many as softmax",
                one + " against " + dense,
                one.equals(dense))),
        List.of(new Study.Table("Patterns stored", columns, rows)),
        List.of(
            new Study.Chart(
                "Patterns stored by dimension", "dimension", "patterns", false, true, lines)),
        0);
  }

  private double largest(Laboratory lab, Separation separation, int width) {
    double radius = K * Math.sqrt(width - 1);
    int best = 1;
    for (int count = 2; count <= MOST; count *= 2) {
      SplittableRandom random = lab.random(id() + width + "," + count);
      double[][] memories = new double[count][];
      for (int i = 0; i < count; i++) {
        memories[i] = Vectors.times(radius, Vectors.unit(random, width));
      }
      int asked = Math.min(ASKED, count);
      double[][] queries = java.util.Arrays.copyOf(memories, asked);
      OpenMemory.Retrieved found = lab.memory(separation, 1).retrieve(memories, queries, BETA);
      if (count <= ASKED) {
        lab.differs(new PlainMemory(separation, memories, BETA).differenceOf(queries, found));
      }
      double[][] states = found.states(1);
      int near = 0;
      for (int q = 0; q < asked; q++) {
        near += Vectors.distance(states[q], memories[q]) <= STORED * radius ? 1 : 0;
      }
      if (near < 0.99 * asked) {
        break;
      }
      best = count;
    }
    return best;
  }

  /** The slope of the logarithm of counts below the largest, by least squares. */
  private static double growth(List<Double> at, List<Double> counts) {
    double n = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (int i = 0; i < at.size() && counts.get(i) < MOST; i++) {
      double log = Math.log(counts.get(i));
      n += 1;
      x += at.get(i);
      y += log;
      xx += at.get(i) * at.get(i);
      xy += at.get(i) * log;
    }
    return n < 2 ? 0 : (n * xy - x * y) / (n * xx - x * x);
  }
}
