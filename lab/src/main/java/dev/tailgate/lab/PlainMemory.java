package dev.tailgate.lab;

import dev.tailgate.model.hopfield.Separation;

/** The formulas of a memory in doubles, slow and plain: what graphs are held against. */
final class PlainMemory {
  private final Separation separation;
  private final double[][] memories;
  private final double beta;

  PlainMemory(Separation separation, double[][] memories, double beta) {
    this.separation = separation;
    this.memories = memories;
    this.beta = beta;
  }

  /** {@code beta Xi x}. */
  double[] similarities(double[] x) {
    double[] z = new double[memories.length];
    for (int m = 0; m < z.length; m++) {
      z[m] = beta * Vectors.dot(memories[m], x);
    }
    return z;
  }

  /** {@code T(x) = p(beta Xi x) Xi}. */
  double[] step(double[] x) {
    double[] p = similarities(x);
    separation.weights(p);
    double[] next = new double[x.length];
    for (int m = 0; m < p.length; m++) {
      for (int c = 0; c < next.length; c++) {
        next[c] += p[m] * memories[m][c];
      }
    }
    return next;
  }

  /** {@code H(x) = -F(beta Xi x) / beta + x.x / 2}. */
  double energy(double[] x) {
    return Vectors.dot(x, x) / 2 - separation.potential(similarities(x)) / beta;
  }

  /** The largest difference of a run's first step and energy from these formulas, over its size. */
  double differenceOf(double[][] queries, OpenMemory.Retrieved found) {
    double largest = 0;
    double[][] states = found.states(1);
    double[] energies = found.energies(0);
    for (int q = 0; q < queries.length; q++) {
      double[] state = step(queries[q]);
      double size = 1 + Vectors.norm(state);
      largest = Math.max(largest, Vectors.distance(state, states[q]) / size);
      double energy = energy(queries[q]);
      largest = Math.max(largest, Math.abs(energy - energies[q]) / (1 + Math.abs(energy)));
    }
    return largest;
  }
}
