package dev.tailgate.lab;

import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.Study;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Where the dynamics end: at one point, at clusters of memories, or at each memory. */
final class FixedPointsExperiment implements Experiment {
  private static final int WIDTH = 16;
  private static final int CLUSTERS = 5;
  private static final int EACH = 6;
  private static final double SPREAD = 0.35;
  private static final int STEPS = 400;
  private static final double ROUNDING = 1e-10;
  private static final double SAME = 1e-3;
  private static final double[] BETAS = {0.05, 0.25, 1, 2, 4, 8, 16, 32, 64};

  @Override
  public String id() {
    return "fixed-points";
  }

  @Override
  public String question() {
    return "Where do the dynamics end, and when is there one fixed point only?";
  }

  @Override
  public Study run(Laboratory lab) {
    SplittableRandom random = lab.random(id());
    double[][] centres = Vectors.units(random, CLUSTERS, WIDTH);
    double[][] memories = new double[CLUSTERS * EACH][];
    Arrays.setAll(
        memories,
        i -> {
          double[] near = Vectors.plus(centres[i / EACH], SPREAD, Vectors.unit(random, WIDTH));
          return Vectors.times(1 / Vectors.norm(near), near);
        });
    double[][] starts = new double[2 * memories.length][];
    Arrays.setAll(
        starts,
        i ->
            i < memories.length
                ? memories[i]
                : Vectors.times(2 * random.nextDouble(), Vectors.unit(random, WIDTH)));
    Map<Separation, List<Double>> counts = new EnumMap<>(Separation.class);
    long unsettled = 0;
    long broken = 0;
    long runs = 0;
    for (Separation separation : Separation.values()) {
      List<Double> found = new ArrayList<>();
      for (double beta : BETAS) {
        Ends ends = ends(lab, separation, memories, starts, beta);
        found.add((double) ends.distinct().size());
        unsettled += ends.unsettled();
        broken += ends.broken();
        runs += starts.length;
      }
      counts.put(separation, found);
    }
    Contraction contraction = contraction(lab, memories, random);
    List<Double> one = Objects.requireNonNull(counts.get(Separation.SOFTMAX1));
    List<Double> at = Arrays.stream(BETAS).boxed().toList();
    return new Study(
        id(),
        question(),
        memories.length
            + " unit memories in "
            + CLUSTERS
            + " clusters, "
            + WIDTH
            + " dimensions, "
            + STEPS
            + " steps from every memory and as many random starts; ends nearer than "
            + SAME
            + " count once. Largest difference from doubles "
            + Words.number(lab.difference()),
        List.of(
            Claim.proven(
                "The squares of all steps together are at most 2 (H(x_0) - H(x_t)), so steps go to 0"
                    + " and limits are stationary points of H",
                broken + " violations in " + runs + " trajectories of " + STEPS + " steps",
                broken == 0,
                "OutEffHop, arXiv 2404.03828, theorem 3.1, by the sharp decrease"),
            Claim.measured(
                "How fast is in no theorem: near a change of the number of ends it is slow",
                unsettled
                    + " of "
                    + runs
                    + " trajectories still move by more than 1e-6 in step "
                    + STEPS,
                unsettled < runs / 20),
            Claim.proven(
                "Where beta |Xi|^2 / 2 < 1, a step is a contraction by that factor, and there is"
                    + " one fixed point",
                contraction.violations()
                    + " violations in "
                    + contraction.pairs()
                    + " pairs at beta |Xi|^2 / 2 = 0.9, largest ratio "
                    + Words.number(contraction.largest()),
                contraction.violations() == 0 && one.get(0) == 1,
                "from the Jacobian"),
            Claim.measured(
                "Between one point and one for each memory lie metastable states, one a cluster",
                "Softmax1 has "
                    + one.stream().map(v -> Integer.toString(v.intValue())).toList()
                    + " ends at beta "
                    + Arrays.toString(BETAS),
                one.get(0) == 1 && one.contains((double) CLUSTERS))),
        List.of(table(counts)),
        List.of(
            new Study.Chart(
                "Distinct ends of the dynamics",
                "beta",
                "ends",
                true,
                true,
                counts.entrySet().stream()
                    .map(e -> new Study.Line(e.getKey().label(), at, e.getValue()))
                    .toList())),
        0);
  }

  private record Ends(List<double[]> distinct, long unsettled, long broken) {}

  private Ends ends(
      Laboratory lab, Separation separation, double[][] memories, double[][] starts, double beta) {
    Trajectories path = Trajectories.of(lab, separation, memories, starts, beta, STEPS);
    List<double[]> distinct = new ArrayList<>();
    long unsettled = 0;
    long broken = 0;
    for (int i = 0; i < starts.length; i++) {
      int query = i;
      double[] end = path.ends()[i];
      double squares = path.moves().stream().mapToDouble(m -> m[query] * m[query]).sum();
      double drop = path.energies().get(0)[i] - path.energies().get(STEPS)[i];
      broken += squares <= 2 * drop + ROUNDING ? 0 : 1;
      unsettled += path.moves().get(STEPS - 1)[i] > 1e-6 ? 1 : 0;
      if (distinct.stream().noneMatch(known -> Vectors.distance(known, end) < SAME)) {
        distinct.add(end);
      }
    }
    return new Ends(distinct, unsettled, broken);
  }

  private record Contraction(long pairs, long violations, double largest) {}

  private static Contraction contraction(
      Laboratory lab, double[][] memories, SplittableRandom random) {
    double norm = Vectors.spectralNorm(memories, random);
    double factor = 0.9;
    double beta = 2 * factor / (norm * norm);
    double[][] pairs = new double[2000][];
    Arrays.setAll(pairs, i -> Vectors.times(3 * random.nextDouble(), Vectors.unit(random, WIDTH)));
    double[][] next = lab.memory(Separation.SOFTMAX1, 1).retrieve(memories, pairs, beta).states(1);
    double largest = 0;
    long violations = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      double ratio =
          Vectors.distance(next[i], next[i + 1]) / Vectors.distance(pairs[i], pairs[i + 1]);
      largest = Math.max(largest, ratio);
      violations += ratio <= factor + 1e-9 ? 0 : 1;
    }
    return new Contraction(pairs.length / 2, violations, largest);
  }

  private static Study.Table table(Map<Separation, List<Double>> counts) {
    List<String> columns = new ArrayList<>(List.of("memory"));
    Arrays.stream(BETAS).mapToObj(b -> "beta " + Words.number(b)).forEach(columns::add);
    List<List<String>> rows = new ArrayList<>();
    counts.forEach(
        (separation, found) -> {
          List<String> row = new ArrayList<>(List.of(separation.label()));
          found.forEach(v -> row.add(Integer.toString(v.intValue())));
          rows.add(row);
        });
    return new Study.Table("Distinct ends", columns, rows);
  }
}
