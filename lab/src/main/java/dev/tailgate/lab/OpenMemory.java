package dev.tailgate.lab;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.model.hopfield.Memory;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The graph of a memory, running. */
public final class OpenMemory implements AutoCloseable {
  private final Memory memory;
  private final ModelRunner runner;
  private final Set<String> outputs = new LinkedHashSet<>();

  @SuppressWarnings("MustBeClosed") // closed by close()
  OpenMemory(Memory memory, RunnerOptions options) {
    this.memory = memory;
    this.runner = ModelRunner.open(memory.build(), options);
    for (int t = 0; t <= memory.steps(); t++) {
      outputs.add(Memory.energy(t));
      if (t < memory.steps()) {
        outputs.add(Memory.mass(t));
        outputs.add(Memory.top(t));
        outputs.add(Memory.state(t + 1));
      }
    }
  }

  /** What it is. */
  public Memory memory() {
    return memory;
  }

  /**
   * Retrieves.
   *
   * @param memories {@code [M][d]}
   * @param queries {@code [N][d]}
   * @param beta above 0
   * @throws IllegalArgumentException for another beta, or vectors of different lengths
   */
  public Retrieved retrieve(double[][] memories, double[][] queries, double beta) {
    if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("expected a beta above 0, found " + beta);
    }
    Map<String, Tensor> found =
        runner.run(
            Map.of(
                Memory.MEMORIES, tensor(memories),
                Memory.QUERIES, tensor(queries),
                Memory.BETA, tensor(beta)),
            outputs);
    return new Retrieved(found, queries);
  }

  private Tensor tensor(double... scalar) {
    Tensor tensor = Tensor.allocate(memory.type());
    Elements.writer(tensor).put(0, scalar[0]);
    return tensor;
  }

  private Tensor tensor(double[][] rows) {
    int width = rows[0].length;
    Tensor tensor = Tensor.allocate(memory.type(), rows.length, width);
    Elements.Writer writer = Elements.writer(tensor);
    for (int r = 0; r < rows.length; r++) {
      if (rows[r].length != width) {
        throw new IllegalArgumentException("expected vectors of " + width);
      }
      for (int c = 0; c < width; c++) {
        writer.put(r * width + c, rows[r][c]);
      }
    }
    return tensor;
  }

  /** What a run gave. */
  public static final class Retrieved {
    private final Map<String, Tensor> found;
    private final double[][] queries;

    Retrieved(Map<String, Tensor> found, double[][] queries) {
      this.found = found;
      this.queries = queries;
    }

    /** The states after {@code t} steps; those after none are the queries. */
    public double[][] states(int t) {
      if (t == 0) {
        return queries;
      }
      Tensor tensor = Objects.requireNonNull(found.get(Memory.state(t)));
      Elements.Reader reader = Elements.reader(tensor);
      int width = Math.toIntExact(tensor.dim(1));
      double[][] states = new double[queries.length][width];
      for (int i = 0; i < states.length * width; i++) {
        states[i / width][i % width] = reader.get(i);
      }
      return states;
    }

    /** The energies of those states. */
    public double[] energies(int t) {
      return row(Memory.energy(t));
    }

    /** The sums of the weights of the step after {@code t}. */
    public double[] masses(int t) {
      return row(Memory.mass(t));
    }

    /** The largest weights of that step. */
    public double[] tops(int t) {
      return row(Memory.top(t));
    }

    private double[] row(String name) {
      Elements.Reader reader = Elements.reader(Objects.requireNonNull(found.get(name)));
      double[] row = new double[queries.length];
      for (int i = 0; i < row.length; i++) {
        row[i] = reader.get(i);
      }
      return row;
    }
  }

  @Override
  public void close() {
    runner.close();
  }
}
