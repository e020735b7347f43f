package dev.tailgate.lab;

import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.Study;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The energy along the dynamics, of all four memories. */
final class EnergyExperiment implements Experiment {
  private static final int STEPS = 20;
  private static final int QUERIES = 500;
  private static final int WIDTH = 32;
  private static final int COUNT = 40;
  private static final double NOISE = 0.6;
  private static final double ROUNDING = 1e-11;
  private static final double[] BETAS = {1, 4, 16};

  @Override
  public String id() {
    return "energy";
  }

  @Override
  public String question() {
    return "Does every step of retrieval lower the energy, and by how much?";
  }

  @Override
  public Study run(Laboratory lab) {
    SplittableRandom random = lab.random(id());
    double[][] memories = Vectors.units(random, COUNT, WIDTH);
    double[][] queries = new double[QUERIES][];
    for (int q = 0; q < QUERIES; q++) {
      double[] noise = Vectors.times(NOISE / Math.sqrt(WIDTH), Vectors.normal(random, WIDTH));
      queries[q] = Vectors.plus(memories[random.nextInt(COUNT)], 1, noise);
    }
    List<Claim> claims = new ArrayList<>();
    List<Study.Chart> charts = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    Map<Separation, List<Trajectories>> paths = new EnumMap<>(Separation.class);
    for (Separation separation : Separation.values()) {
      long violations = 0;
      double smallest = Double.POSITIVE_INFINITY;
      List<String> row = new ArrayList<>(List.of(separation.label()));
      for (double beta : BETAS) {
        Trajectories found = Trajectories.of(lab, separation, memories, queries, beta, STEPS);
        paths.computeIfAbsent(separation, key -> new ArrayList<>()).add(found);
        double first = 0;
        for (int t = 0; t < STEPS; t++) {
          for (int q = 0; q < QUERIES; q++) {
            double drop = found.energies().get(t)[q] - found.energies().get(t + 1)[q];
            double moved = found.moves().get(t)[q];
            double slack = drop - moved * moved / 2;
            smallest = Math.min(smallest, slack);
            violations += slack >= -ROUNDING ? 0 : 1;
            first += t == 0 ? drop / QUERIES : 0;
          }
        }
        row.add(Words.number(first));
      }
      rows.add(row);
      claims.add(
          Claim.proven(
              "H(x_t) - H(x_(t+1)) >= |x_(t+1) - x_t|^2 / 2 with " + separation.label(),
              violations
                  + " violations in "
                  + (long) QUERIES * STEPS * BETAS.length
                  + " steps, smallest slack "
                  + Words.number(smallest),
              violations == 0,
              "concave and convex part, from the definition; OutEffHop, arXiv 2404.03828, lemma"
                  + " 2.1"));
    }
    for (int b = 0; b < BETAS.length; b++) {
      charts.add(chart(paths, b));
    }
    return new Study(
        id(),
        question(),
        QUERIES
            + " queries at distance "
            + NOISE
            + " from one of "
            + COUNT
            + " unit memories in "
            + WIDTH
            + " dimensions, "
            + STEPS
            + " steps, graphs in doubles; largest difference from doubles "
            + Words.number(lab.difference()),
        claims,
        List.of(
            new Study.Table(
                "Mean drop of the energy in the first step",
                List.of("memory", "beta 1", "beta 4", "beta 16"),
                rows)),
        charts,
        0);
  }

  private static Study.Chart chart(Map<Separation, List<Trajectories>> paths, int beta) {
    List<Double> at = IntStream.rangeClosed(0, STEPS).mapToObj(t -> (double) t).toList();
    List<Study.Line> lines = new ArrayList<>();
    for (Separation separation : Separation.values()) {
      Trajectories path = Objects.requireNonNull(paths.get(separation)).get(beta);
      List<Double> above = new ArrayList<>();
      for (int t = 0; t <= STEPS; t++) {
        double sum = 0;
        for (int q = 0; q < QUERIES; q++) {
          sum += path.energies().get(t)[q] - path.energies().get(STEPS)[q];
        }
        above.add(sum / QUERIES);
      }
      lines.add(new Study.Line(separation.label(), at, above));
    }
    return new Study.Chart(
        "Energy above that of the last step, beta " + Words.number(BETAS[beta]),
        "step",
        "energy",
        false,
        true,
        lines);
  }
}
