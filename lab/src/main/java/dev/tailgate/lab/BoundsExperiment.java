package dev.tailgate.lab;

import dev.tailgate.lab.OpenMemory.Retrieved;
import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.Study;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Every inequality and identity of the Softmax1 memory on random draws. Half of the queries are
 * anywhere, half are near a memory. Derivatives are central differences of the graph itself.
 */
final class BoundsExperiment implements Experiment {
  private static final int SETS = 1250;
  private static final int QUERIES = 80;
  private static final double STEP = 1e-5;
  private static final String PAPER = "OutEffHop, arXiv 2404.03828";
  private static final String DERIVED = "from the definition";

  @Override
  public String id() {
    return "bounds";
  }

  @Override
  public String question() {
    return "Do the theorems of the Softmax1 memory hold on random draws, and how tight are they?";
  }

  @Override
  public Study run(Laboratory lab) {
    SplittableRandom random = lab.random(id());
    Inequalities all = new Inequalities();
    for (int set = 0; set < SETS; set++) {
      Draw draw = Draw.of(random, QUERIES);
      check(lab, draw, random, all);
      lab.progress().at("drawing bounds", set + 1, SETS);
    }
    String found = "largest difference from doubles " + Words.number(lab.difference());
    List<Claim> claims = all.claims();
    return new Study(
        id(),
        question(),
        SETS * QUERIES
            + " draws of queries over "
            + SETS
            + " sets of memories: dimension 2 to 39, 1 to 59 memories, beta 0.01 to 31,"
            + " graphs in doubles; "
            + found
            + ". A violation is a slack below minus the rounding, 1e-11 of the terms' size, or 1e-4 of"
            + " the size for derivatives, which are differences.",
        claims,
        List.of(all.table()),
        List.of(all.chart()),
        0);
  }

  private void check(Laboratory lab, Draw draw, SplittableRandom random, Inequalities all) {
    double[][] xi = draw.memories();
    double beta = draw.beta();
    double[][] x = draw.queries();
    int width = xi[0].length;
    OpenMemory memory = lab.memory(Separation.SOFTMAX1, 1);
    OpenMemory dense = lab.memory(Separation.SOFTMAX, 1);
    Retrieved at = memory.retrieve(xi, x, beta);
    lab.differs(new PlainMemory(Separation.SOFTMAX1, xi, beta).differenceOf(x, at));
    double[][] next = at.states(1);
    double[] energy = at.energies(0);
    double[] lower = at.energies(1);
    double[] mass = at.masses(0);
    double[][] plain = dense.retrieve(xi, x, beta).states(1);

    double[][] extended = Arrays.copyOf(xi, xi.length + 1);
    extended[xi.length] = new double[width];
    Retrieved reduced = dense.retrieve(extended, x, beta);

    double[] u = Vectors.unit(random, width);
    double[] v = Vectors.unit(random, width);
    double h = STEP / (1 + Math.sqrt(beta) * draw.largest());
    Slopes along = Slopes.of(memory, draw, u, h);
    Slopes across = Slopes.of(memory, draw, v, h);
    double spectral = Vectors.spectralNorm(xi, random);
    double[][] origin = memory.retrieve(xi, new double[][] {new double[width]}, beta).states(1);

    double m = draw.largest();
    double constant = Math.log(xi.length + 1) / beta + m * m / 2;
    for (int q = 0; q < x.length; q++) {
      double norm = Vectors.norm(x[q]);
      double moved = Vectors.distance(next[q], x[q]);
      double scale = constant + m * m + norm * norm + Math.abs(energy[q]);
      all.add(
          "H(x) + const >= (|x| - m)^2 / 2",
          DERIVED,
          energy[q] + constant - (norm - m) * (norm - m) / 2,
          scale);
      all.add("H(T(x)) <= H(x)", PAPER + ", lemma 2.1", energy[q] - lower[q], scale);
      all.add(
          "H(x) - H(T(x)) >= |T(x) - x|^2 / 2",
          DERIVED,
          energy[q] - lower[q] - moved * moved / 2,
          scale);
      all.add("0 < mass", DERIVED, mass[q], 1);
      all.add("mass <= 1", DERIVED, 1 - mass[q], 1);
      all.equal(
          "T(x) = mass * T_softmax(x)",
          DERIVED,
          Vectors.distance(next[q], Vectors.times(mass[q], plain[q])),
          m);
      all.equal(
          "T is softmax's with one more memory at 0",
          DERIVED,
          Vectors.distance(next[q], reduced.states(1)[q]),
          m);
      all.equal(
          "H is softmax's with one more memory at 0",
          DERIVED,
          Math.abs(energy[q] - reduced.energies(0)[q]),
          scale);
      double[] gradient = Vectors.plus(x[q], -1, next[q]);
      all.slope(
          "grad H(x) = x - T(x)",
          DERIVED,
          -Math.abs(along.energy(q) - Vectors.dot(u, gradient)),
          scale * (1 + beta * m * m));
      double size = 1 + beta * m * m;
      all.slope("the Jacobian is positive", DERIVED, Vectors.dot(u, along.step(q)), size);
      all.slope(
          "the Jacobian is symmetric",
          DERIVED,
          -Math.abs(Vectors.dot(v, along.step(q)) - Vectors.dot(u, across.step(q))),
          size);
      all.slope(
          "|Jacobian| <= beta |Xi|^2 / 2",
          DERIVED,
          beta * spectral * spectral / 2 - Vectors.norm(along.step(q)),
          size);
      retrieval(draw, x[q], next[q], all);
    }
    all.equal(
        "T(0) = M / (M + 1) mean",
        DERIVED,
        Vectors.distance(origin[0], Vectors.times(xi.length / (xi.length + 1.0), Vectors.mean(xi))),
        m);
  }

  /** The errors of one step toward the memory that is nearest to the query by their product. */
  private static void retrieval(Draw draw, double[] x, double[] next, Inequalities all) {
    double[][] xi = draw.memories();
    double m = draw.largest();
    int best = 0;
    double[] s = new double[xi.length];
    for (int i = 0; i < s.length; i++) {
      s[i] = Vectors.dot(xi[i], x);
      best = s[i] > s[best] ? i : best;
    }
    double second = Double.NEGATIVE_INFINITY;
    double separation = Vectors.dot(xi[best], xi[best]);
    for (int i = 0; i < s.length; i++) {
      if (i != best) {
        second = Math.max(second, s[i]);
        separation =
            Math.min(separation, Vectors.dot(xi[best], xi[best]) - Vectors.dot(xi[best], xi[i]));
      }
    }
    double error = Vectors.distance(next, xi[best]);
    double others =
        xi.length == 1 ? 0 : (xi.length - 1) * Math.exp(-draw.beta() * (s[best] - second));
    all.add(
        "|T(x) - xi| <= 2 m (M-1) exp(-beta (s - s')) + m exp(-beta s)",
        DERIVED,
        2 * m * others + m * Math.exp(-draw.beta() * s[best]) - error,
        m);
    double away = Vectors.distance(x, xi[best]);
    double epsilon = xi.length * Math.exp(-draw.beta() * (separation - 2 * away * m));
    all.add(
        "|T(x) - xi| <= 2 m M exp(-beta (Delta' - 2 |x - xi| m))",
        "Ramsauer et al., arXiv 2008.02217, theorem 5, by the reduction",
        2 * m * epsilon - error,
        m);
  }
}
