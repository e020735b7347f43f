package dev.tailgate.model.hopfield;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A memory retrieves by its formula and goes down its energy. */
class MemoryTest {
  private static final int STEPS = 3;
  private static final int WIDTH = 5;

  private static double[][] normal(Random random, int rows) {
    double[][] all = new double[rows][WIDTH];
    for (double[] row : all) {
      Arrays.setAll(row, i -> random.nextGaussian());
    }
    return all;
  }

  private static Tensor tensor(ElementType type, double[][] rows) {
    Tensor tensor = Tensor.allocate(type, rows.length, WIDTH);
    for (int i = 0; i < rows.length * WIDTH; i++) {
      Elements.writer(tensor).put(i, rows[i / WIDTH][i % WIDTH]);
    }
    return tensor;
  }

  private static double[] run(
      Memory memory, double[][] memories, double[][] queries, double beta, String output) {
    return run(memory, memories, queries, beta, Set.of(output)).get(output);
  }

  private static Map<String, double[]> run(
      Memory memory, double[][] memories, double[][] queries, double beta, Set<String> outputs) {
    Tensor scalar = Tensor.allocate(memory.type());
    Elements.writer(scalar).put(0, beta);
    Map<String, Tensor> inputs =
        Map.of(
            Memory.MEMORIES, tensor(memory.type(), memories),
            Memory.QUERIES, tensor(memory.type(), queries),
            Memory.BETA, scalar);
    try (ModelRunner runner = ModelRunner.open(memory.build(), RunnerOptions.DEFAULT)) {
      Map<String, double[]> found = new LinkedHashMap<>();
      runner.run(inputs, outputs).forEach((name, tensor) -> found.put(name, doubles(tensor)));
      return found;
    }
  }

  private static double[] doubles(Tensor tensor) {
    Elements.Reader reader = Elements.reader(tensor);
    double[] values = new double[tensor.elementCount()];
    Arrays.setAll(values, reader::get);
    return values;
  }

  private static double[] similarities(double[][] memories, double[] x, double beta) {
    return Arrays.stream(memories).mapToDouble(xi -> beta * dot(xi, x)).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] step(
      Separation separation, double[][] memories, double[] x, double beta) {
    double[] p = similarities(memories, x, beta);
    separation.weights(p);
    double[] next = new double[WIDTH];
    for (int m = 0; m < memories.length; m++) {
      for (int i = 0; i < WIDTH; i++) {
        next[i] += p[m] * memories[m][i];
      }
    }
    return next;
  }

  @ParameterizedTest
  @EnumSource(Separation.class)
  void retrievesByItsFormula(Separation separation) {
    Random random = new Random(5);
    double[][] memories = normal(random, 9);
    double[][] queries = normal(random, 20);
    for (ElementType type : new ElementType[] {ElementType.DOUBLE, ElementType.FLOAT}) {
      double rounding = type == ElementType.DOUBLE ? 1e-12 : 2e-4;
      Memory memory = new Memory(separation, STEPS, type);
      Set<String> outputs = Set.of(Memory.state(STEPS), Memory.mass(0), Memory.top(0));
      Map<String, double[]> found = run(memory, memories, queries, 1.5, outputs);
      double[] last = found.get(Memory.state(STEPS));
      double[] mass = found.get(Memory.mass(0));
      double[] top = found.get(Memory.top(0));
      for (int q = 0; q < queries.length; q++) {
        double[] p = similarities(memories, queries[q], 1.5);
        separation.weights(p);
        assertThat(mass[q]).isCloseTo(Arrays.stream(p).sum(), within(rounding));
        assertThat(top[q]).isCloseTo(Arrays.stream(p).max().orElseThrow(), within(rounding));
        double[] x = queries[q];
        for (int t = 0; t < STEPS; t++) {
          x = step(separation, memories, x, 1.5);
        }
        for (int i = 0; i < WIDTH; i++) {
          assertThat(last[q * WIDTH + i]).isCloseTo(x[i], within(rounding));
        }
      }
    }
  }

  /** {@code grad H(x) = x - T(x)}, by central differences of the energy of the graph. */
  @ParameterizedTest
  @EnumSource(Separation.class)
  void theEnergyLeadsToWhatIsRetrieved(Separation separation) {
    Random random = new Random(6);
    double[][] memories = normal(random, 7);
    double[] x = normal(random, 1)[0];
    double h = 1e-5;
    double beta = 0.8;
    double[][] around = new double[2 * WIDTH][];
    for (int i = 0; i < WIDTH; i++) {
      for (int side = 0; side < 2; side++) {
        around[2 * i + side] = x.clone();
        around[2 * i + side][i] += side == 0 ? h : -h;
      }
    }
    Memory memory = new Memory(separation, 1, ElementType.DOUBLE);
    double[] energy = run(memory, memories, around, beta, Memory.energy(0));
    double[] next = step(separation, memories, x, beta);
    for (int i = 0; i < WIDTH; i++) {
      // Differences of energies of 1 to 1e-16 over 2e-5, and h^2.
      assertThat((energy[2 * i] - energy[2 * i + 1]) / (2 * h))
          .isCloseTo(x[i] - next[i], within(1e-9));
    }
  }

  /** {@code H(x_t) - H(x_{t+1}) >= |x_{t+1} - x_t|^2 / 2} at each step, of any separation. */
  @ParameterizedTest
  @EnumSource(Separation.class)
  void everyStepGoesDownTheEnergy(Separation separation) {
    Random random = new Random(7);
    Memory memory = new Memory(separation, STEPS, ElementType.DOUBLE);
    for (double beta : new double[] {0.05, 1, 12}) {
      double[][] memories = normal(random, 11);
      double[][] queries = normal(random, 50);
      Set<String> outputs = new LinkedHashSet<>();
      for (int t = 0; t <= STEPS; t++) {
        outputs.add(Memory.energy(t));
        if (t > 0) {
          outputs.add(Memory.state(t));
        }
      }
      Map<String, double[]> found = run(memory, memories, queries, beta, outputs);
      double[] before = Arrays.stream(queries).flatMapToDouble(Arrays::stream).toArray();
      for (int t = 0; t < STEPS; t++) {
        double[] after = found.get(Memory.state(t + 1));
        for (int q = 0; q < queries.length; q++) {
          double moved = 0;
          for (int i = q * WIDTH; i < (q + 1) * WIDTH; i++) {
            moved += (after[i] - before[i]) * (after[i] - before[i]);
          }
          double decrease = found.get(Memory.energy(t))[q] - found.get(Memory.energy(t + 1))[q];
          assertThat(decrease).isGreaterThanOrEqualTo(moved / 2 - 1e-12);
        }
        before = after;
      }
    }
  }

  /** OutEffHop is the dense model with one more memory at the origin. */
  @Test
  void outEffHopIsTheDenseModelWithTheOriginAsAMemory() {
    Random random = new Random(8);
    double[][] memories = normal(random, 6);
    double[][] withOrigin = Arrays.copyOf(memories, 7);
    withOrigin[6] = new double[WIDTH];
    double[][] queries = normal(random, 30);
    Memory open = new Memory(Separation.SOFTMAX1, STEPS, ElementType.DOUBLE);
    Memory dense = new Memory(Separation.SOFTMAX, STEPS, ElementType.DOUBLE);
    for (String output : new String[] {Memory.state(STEPS), Memory.energy(0), Memory.energy(2)}) {
      double[] found = run(open, memories, queries, 2, output);
      double[] wanted = run(dense, withOrigin, queries, 2, output);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).as(output).isCloseTo(wanted[i], within(1e-13));
      }
    }
  }

  @Test
  void aQueryUnlikeEveryMemoryRetrievesNothing() {
    double[][] memories = {{1, 0, 0, 0, 0}, {0.8, 0.6, 0, 0, 0}};
    double[][] queries = {{-1, 0, 0, 0, 0}};
    Memory open = new Memory(Separation.SOFTMAX1, 1, ElementType.DOUBLE);
    // exp(-16) + exp(-12.8), over 1 and themselves.
    double all = Math.exp(-16) + Math.exp(-12.8);
    assertThat(run(open, memories, queries, 16, Memory.mass(0))[0])
        .isCloseTo(all / (1 + all), within(1e-18));
    Memory dense = new Memory(Separation.SOFTMAX, 1, ElementType.DOUBLE);
    assertThat(run(dense, memories, queries, 16, Memory.mass(0))[0]).isCloseTo(1, within(1e-15));
  }

  @Test
  void memoriesOfOtherTypesOrNoStepsAreRefused() {
    assertThatThrownBy(() -> new Memory(Separation.SOFTMAX1, 0, ElementType.FLOAT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Memory(Separation.SOFTMAX1, 1, ElementType.FLOAT16))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
