package dev.tailgate.lab;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.model.hopfield.Memory;
import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.Study;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Memory capacity and robustness to noise as the group of the paper measures them on pictures
 * (MAGICS-LAB/UHop): pixels in [0, 1], beta 1, one step, what is retrieved clamped to [0, 1], the
 * error the sum of squared differences, mean over patterns.
 *
 * <ul>
 *   <li>capacity: half of the pixels of the query are dropped, the others doubled, as dropout does;
 *   <li>noise: {@code q = clamp(|x + N(0, sigma)|, 0, 1)}.
 * </ul>
 */
final class ProtocolExperiment implements Experiment {
  private static final double[] SIZES = {10, 20, 30, 50, 100, 200, 500};
  private static final double[] NOISES = {0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 1, 1.2, 1.4, 2, 3, 4};
  private static final int STORED = 100;
  private static final int DRAWS = 5;
  private static final double KEPT = 0.5;

  @Override
  public String id() {
    return "protocol";
  }

  @Override
  public String question() {
    return "Do Softmax1 and softmax differ on pictures by the protocol of the paper's group?";
  }

  @Override
  public Study run(Laboratory lab) {
    Patterns data = lab.patterns();
    double[] sizes = Arrays.stream(SIZES).filter(size -> size <= data.rows().length).toArray();
    if (sizes.length == 0) {
      throw DataException.doing("storing patterns")
          .expected((int) SIZES[0] + " or more")
          .found(data.rows().length + " in the data")
          .where(data.description())
          .fix("Give more samples.");
    }
    int stored = Math.min(STORED, data.rows().length);
    Map<Separation, List<Spread>> capacity = new EnumMap<>(Separation.class);
    Map<Separation, List<Spread>> noise = new EnumMap<>(Separation.class);
    for (Separation separation : Separation.values()) {
      capacity.put(
          separation,
          Arrays.stream(sizes)
              .mapToObj(size -> error(lab, separation, data, (int) size, -1))
              .toList());
      noise.put(
          separation,
          Arrays.stream(NOISES)
              .mapToObj(sigma -> error(lab, separation, data, stored, sigma))
              .toList());
    }
    double apart = Math.max(apart(capacity), apart(noise));
    return new Study(
        id(),
        question(),
        data.description()
            + ", dimension "
            + data.width()
            + "; beta 1, one step, "
            + DRAWS
            + " draws of patterns and queries, +- the standard deviation over them, graphs in"
            + " float32; largest difference from doubles "
            + Words.number(lab.difference()),
        List.of(
            Claim.same(
                "Softmax1 and softmax have the same error in every cell, to two digits",
                "the largest difference is " + Words.number(apart),
                apart < 0.01)),
        List.of(
            table("Error by the number of patterns, half of the pixels dropped", sizes, capacity),
            table("Error by noise, " + stored + " patterns", NOISES, noise)),
        List.of(
            chart("Error by the number of patterns", "patterns", sizes, capacity),
            chart("Error by noise", "sigma (0 is shown at 0.005)", NOISES, noise)),
        0);
  }

  /** The mean error of each draw; below 0, {@code sigma} asks for dropped pixels. */
  private Spread error(
      Laboratory lab, Separation separation, Patterns data, int count, double sigma) {
    OpenMemory memory = lab.memory(new Memory(separation, 1, ElementType.FLOAT));
    SplittableRandom random = lab.random(id() + count + "," + sigma);
    List<Double> errors = new ArrayList<>();
    for (int draw = 0; draw < DRAWS; draw++) {
      int[] order = IntStream.range(0, data.rows().length).toArray();
      Examples.shuffle(order, random);
      double[][] memories = new double[count][];
      Arrays.setAll(memories, m -> data.rows()[order[m]]);
      double[][] queries = new double[count][];
      Arrays.setAll(queries, q -> query(memories[q], sigma, random));
      OpenMemory.Retrieved found = memory.retrieve(memories, queries, 1);
      if (draw == 0 && count <= STORED) {
        lab.differs(new PlainMemory(separation, memories, 1).differenceOf(queries, found));
      }
      errors.add(error(memories, found.states(1)));
    }
    return Spread.of(errors);
  }

  /**
   * The sum of squared differences of what was retrieved, clamped to [0, 1], mean over patterns.
   */
  static double error(double[][] patterns, double[][] retrieved) {
    double sum = 0;
    for (int q = 0; q < patterns.length; q++) {
      for (int c = 0; c < patterns[q].length; c++) {
        double pattern = Math.min(1, Math.max(0, patterns[q][c]));
        double clamped = Math.min(1, Math.max(0, retrieved[q][c]));
        sum += (clamped - pattern) * (clamped - pattern);
      }
    }
    return sum / patterns.length;
  }

  static double[] query(double[] pattern, double sigma, SplittableRandom random) {
    double[] query = new double[pattern.length];
    Arrays.setAll(
        query,
        c ->
            sigma < 0
                ? random.nextDouble() < KEPT ? pattern[c] / KEPT : 0
                : Math.min(1, Math.abs(pattern[c] + sigma * random.nextGaussian())));
    return query;
  }

  private static double apart(Map<Separation, List<Spread>> errors) {
    List<Spread> one = Objects.requireNonNull(errors.get(Separation.SOFTMAX1));
    List<Spread> dense = Objects.requireNonNull(errors.get(Separation.SOFTMAX));
    double apart = 0;
    for (int i = 0; i < one.size(); i++) {
      apart = Math.max(apart, Math.abs(one.get(i).mean() - dense.get(i).mean()));
    }
    return apart;
  }

  private static Study.Table table(
      String title, double[] values, Map<Separation, List<Spread>> errors) {
    List<String> columns = new ArrayList<>(List.of("memory"));
    for (double value : values) {
      columns.add(value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value));
    }
    List<List<String>> rows = new ArrayList<>();
    errors.forEach(
        (separation, found) -> {
          List<String> row = new ArrayList<>(List.of(separation.label()));
          found.stream()
              .map(e -> Words.twoDigits(e.mean()) + " +- " + Words.twoDigits(e.deviation()))
              .forEach(row::add);
          rows.add(row);
        });
    return new Study.Table(title, columns, rows);
  }

  private static Study.Chart chart(
      String title, String axis, double[] values, Map<Separation, List<Spread>> errors) {
    List<Double> at = Arrays.stream(values).map(v -> v == 0 ? 0.005 : v).boxed().toList();
    return new Study.Chart(
        title,
        axis,
        "error",
        true,
        false,
        errors.entrySet().stream()
            .map(
                e ->
                    new Study.Line(
                        e.getKey().label(), at, e.getValue().stream().map(Spread::mean).toList()))
            .toList());
  }
}
