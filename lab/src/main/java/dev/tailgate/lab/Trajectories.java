package dev.tailgate.lab;

import dev.tailgate.lab.OpenMemory.Retrieved;
import dev.tailgate.model.hopfield.Separation;
import java.util.ArrayList;
import java.util.List;

/**
 * Queries on their way, by the graph of one step.
 *
 * @param ends where they are after the last step
 * @param energies of the states, from that of the queries to the last, {@code [steps + 1][N]}
 * @param moves how far each step went, {@code [steps][N]}
 */
@SuppressWarnings("ArrayRecordComponent") // read in loops, never compared
record Trajectories(double[][] ends, List<double[]> energies, List<double[]> moves) {
  /** Goes {@code steps} steps from the queries. */
  static Trajectories of(
      Laboratory lab,
      Separation separation,
      double[][] memories,
      double[][] queries,
      double beta,
      int steps) {
    OpenMemory memory = lab.memory(separation, 1);
    List<double[]> energies = new ArrayList<>();
    List<double[]> moves = new ArrayList<>();
    double[][] x = queries;
    for (int t = 0; t < steps; t++) {
      Retrieved found = memory.retrieve(memories, x, beta);
      if (t == 0) {
        lab.differs(new PlainMemory(separation, memories, beta).differenceOf(x, found));
      }
      double[][] next = found.states(1);
      double[] moved = new double[x.length];
      for (int q = 0; q < moved.length; q++) {
        moved[q] = Vectors.distance(next[q], x[q]);
      }
      energies.add(found.energies(0));
      moves.add(moved);
      if (t == steps - 1) {
        energies.add(found.energies(1));
      }
      x = next;
    }
    return new Trajectories(x, energies, moves);
  }
}
