package dev.tailgate.lab;

import dev.tailgate.lab.OpenMemory.Retrieved;
import java.util.Arrays;

/** Derivatives of energies and steps along a direction, as central differences of the graph. */
final class Slopes {
  private final Retrieved ahead;
  private final Retrieved behind;
  private final double[][] statesAhead;
  private final double[][] statesBehind;
  private final double h;

  private Slopes(Retrieved ahead, Retrieved behind, double h) {
    this.ahead = ahead;
    this.behind = behind;
    this.statesAhead = ahead.states(1);
    this.statesBehind = behind.states(1);
    this.h = h;
  }

  static Slopes of(OpenMemory memory, Draw draw, double[] direction, double h) {
    return new Slopes(
        memory.retrieve(draw.memories(), moved(draw.queries(), h, direction), draw.beta()),
        memory.retrieve(draw.memories(), moved(draw.queries(), -h, direction), draw.beta()),
        h);
  }

  private static double[][] moved(double[][] queries, double by, double[] direction) {
    return Arrays.stream(queries).map(q -> Vectors.plus(q, by, direction)).toArray(double[][]::new);
  }

  double energy(int query) {
    return (ahead.energies(0)[query] - behind.energies(0)[query]) / (2 * h);
  }

  double[] step(int query) {
    return Vectors.times(1 / (2 * h), Vectors.plus(statesAhead[query], -1, statesBehind[query]));
  }
}
