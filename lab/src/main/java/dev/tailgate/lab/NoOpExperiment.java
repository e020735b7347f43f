package dev.tailgate.lab;

import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.Study;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a memory gives for a query that is unlike all it holds. Memories lie on a cone around an
 * axis, and the query looks the other way.
 */
final class NoOpExperiment implements Experiment {
  private static final int COUNT = 100;
  private static final int WIDTH = 64;

  /** The cosine between memories and axis: their mean has this norm. */
  private static final double COSINE = 0.866;

  private static final double[] BETAS = {1, 2, 4, 8, 16};

  @Override
  public String id() {
    return "noop";
  }

  @Override
  public String question() {
    return "What does a memory retrieve for a query that nothing in it is like?";
  }

  /** Unit memories at one angle from the first axis. */
  static double[][] cone(SplittableRandom random, int count, int width, double cosine) {
    double[][] memories = new double[count][width];
    for (double[] memory : memories) {
      double[] around = Vectors.unit(random, width - 1);
      memory[0] = cosine;
      for (int c = 1; c < width; c++) {
        memory[c] = Math.sqrt(1 - cosine * cosine) * around[c - 1];
      }
    }
    return memories;
  }

  @Override
  public Study run(Laboratory lab) {
    double[][] memories = cone(lab.random(id()), COUNT, WIDTH, COSINE);
    double[] query = new double[WIDTH];
    query[0] = -1;
    double[][] queries = {query};
    List<List<String>> rows = new ArrayList<>();
    List<Study.Line> lines = new ArrayList<>();
    double[] softmax1 = new double[BETAS.length];
    double[] dense = new double[BETAS.length];
    double least = Double.POSITIVE_INFINITY;
    for (Separation separation : Separation.values()) {
      List<String> row = new ArrayList<>(List.of(separation.label()));
      List<Double> norms = new ArrayList<>();
      for (int b = 0; b < BETAS.length; b++) {
        OpenMemory.Retrieved found =
            lab.memory(separation, 1).retrieve(memories, queries, BETAS[b]);
        lab.differs(new PlainMemory(separation, memories, BETAS[b]).differenceOf(queries, found));
        double norm = Vectors.norm(found.states(1)[0]);
        softmax1[b] = separation == Separation.SOFTMAX1 ? norm : softmax1[b];
        dense[b] = separation == Separation.SOFTMAX ? norm : dense[b];
        least = separation == Separation.SOFTMAX1 ? least : Math.min(least, norm);
        row.add(Words.number(norm));
        norms.add(norm);
      }
      rows.add(row);
      lines.add(new Study.Line(separation.label(), Arrays.stream(BETAS).boxed().toList(), norms));
    }
    int last = BETAS.length - 1;
    // S / (1 + S) of the norm, with S = M exp(-beta cos), since all memories are alike to the
    // query.
    double expected = COUNT * Math.exp(-BETAS[last] * COSINE);
    double closed = dense[last] * expected / (1 + expected);
    return new Study(
        id(),
        question(),
        COUNT
            + " unit memories in "
            + WIDTH
            + " dimensions at cosine "
            + COSINE
            + " from an axis, the query opposite; largest difference from doubles "
            + Words.number(lab.difference()),
        List.of(
            Claim.measured(
                "Softmax1 retrieves next to nothing where beta is large",
                "norm "
                    + Words.number(softmax1[0])
                    + " at beta 1 to "
                    + Words.number(softmax1[last])
                    + " at beta 16",
                softmax1[last] < 0.001),
            Claim.measured(
                "softmax, sparsemax and entmax15 retrieve a mean of memories at any beta",
                "the smallest norm of the three is "
                    + Words.number(least)
                    + ", that of softmax at beta 16 "
                    + Words.number(dense[last]),
                least > 0.5),
            Claim.proven(
                "The norm with Softmax1 is S / (1 + S) of softmax's, S = M exp(-beta cos)",
                "difference at beta 16 " + Words.number(Math.abs(closed - softmax1[last])),
                Math.abs(closed - softmax1[last]) < 1e-12,
                "from the definition")),
        List.of(
            new Study.Table(
                "Norm of what is retrieved, memories have norm 1",
                List.of("memory", "beta 1", "2", "4", "8", "16"),
                rows)),
        List.of(
            new Study.Chart(
                "What a query unlike every memory retrieves", "beta", "norm", true, true, lines)),
        0);
  }
}
