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

/**
 * The error of one step against temperature, noise and the number of memories, where the query is
 * like a memory; and against the angle of the query from all of them, where it becomes unlike.
 */
final class RetrievalExperiment implements Experiment {
  private static final int WIDTH = 64;
  private static final int COUNT = 100;
  private static final double BETA = 8;
  private static final double NOISE = 0.1;
  private static final int DRAWS = 8;
  private static final double[] BETAS = {0.25, 0.5, 1, 2, 4, 8, 16, 32, 64};
  private static final double[] NOISES = {0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2};
  private static final double[] SIZES = {10, 20, 50, 100, 200, 500, 1000};
  private static final double[] ANGLES = {0, 30, 60, 90, 120, 150, 180};

  /** What is stored and asked for. */
  private record Setting(double[][] memories, double[][] queries, double beta) {}

  @Override
  public String id() {
    return "retrieval";
  }

  @Override
  public String question() {
    return "When does Softmax1 retrieve better than softmax, and when is there no difference?";
  }

  @Override
  public Study run(Laboratory lab) {
    List<Study.Chart> charts = new ArrayList<>();
    List<Study.Table> tables = new ArrayList<>();
    double apart = 0;
    apart = Math.max(apart, sweep(lab, "beta", BETAS, charts, tables));
    apart = Math.max(apart, sweep(lab, "noise", NOISES, charts, tables));
    apart = Math.max(apart, sweep(lab, "memories", SIZES, charts, tables));
    Map<Separation, List<Double>> norms = relatedness(lab, charts, tables);
    List<Double> one = Objects.requireNonNull(norms.get(Separation.SOFTMAX1));
    List<Double> dense = Objects.requireNonNull(norms.get(Separation.SOFTMAX));
    int last = ANGLES.length - 1;
    return new Study(
        id(),
        question(),
        "Unit memories in "
            + WIDTH
            + " dimensions, "
            + COUNT
            + " of them, beta "
            + Words.number(BETA)
            + ", queries at distance "
            + NOISE
            + " from a memory unless said otherwise; means over "
            + DRAWS
            + " draws; error is |T(x) - xi|. Largest difference from doubles "
            + Words.number(lab.difference()),
        List.of(
            Claim.same(
                "Queries near a memory: Softmax1 is no better than softmax where either retrieves"
                    + " (error below 0.5)",
                "errors differ by " + Words.number(apart) + " at most",
                apart < 0.01),
            Claim.measured(
                "A query opposite to every memory: Softmax1 retrieves less than a tenth of what"
                    + " softmax does",
                "norm " + Words.number(one.get(last)) + " against " + Words.number(dense.get(last)),
                one.get(last) < 0.1 * dense.get(last)),
            Claim.measured(
                "A query along the memories' axis: both retrieve alike",
                "norm " + Words.number(one.get(0)) + " against " + Words.number(dense.get(0)),
                Math.abs(one.get(0) - dense.get(0)) < 0.01)),
        tables,
        charts,
        0);
  }

  private static Setting setting(SplittableRandom random, String axis, double value) {
    int count = axis.equals("memories") ? (int) value : COUNT;
    double noise = axis.equals("noise") ? value : NOISE;
    double[][] memories = Vectors.units(random, count, WIDTH);
    double[][] queries = new double[count][];
    Arrays.setAll(queries, q -> Vectors.plus(memories[q], noise, Vectors.unit(random, WIDTH)));
    return new Setting(memories, queries, axis.equals("beta") ? value : BETA);
  }

  /** The largest difference of Softmax1's error from softmax's where one of them retrieves. */
  private double sweep(
      Laboratory lab,
      String axis,
      double[] values,
      List<Study.Chart> charts,
      List<Study.Table> tables) {
    Map<Separation, List<Double>> errors = new EnumMap<>(Separation.class);
    for (Separation separation : Separation.values()) {
      List<Double> means = new ArrayList<>();
      for (double value : values) {
        SplittableRandom random = lab.random(id() + axis + value);
        double sum = 0;
        long queries = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
          Setting at = setting(random, axis, value);
          OpenMemory.Retrieved found =
              lab.memory(separation, 1).retrieve(at.memories(), at.queries(), at.beta());
          double[][] states = found.states(1);
          for (int q = 0; q < states.length; q++) {
            sum += Vectors.distance(states[q], at.memories()[q]);
          }
          queries += states.length;
          if (draw == 0) {
            lab.differs(
                new PlainMemory(separation, at.memories(), at.beta())
                    .differenceOf(at.queries(), found));
          }
        }
        means.add(sum / queries);
      }
      errors.put(separation, means);
    }
    List<Double> at = Arrays.stream(values).map(v -> v == 0 ? 0.05 : v).boxed().toList();
    String name = axis.equals("noise") ? "distance of the query (0 is shown at 0.05)" : axis;
    charts.add(
        new Study.Chart("Error by " + axis, name, "mean error", true, false, lines(errors, at)));
    tables.add(table("Mean error by " + axis, values, errors));
    double apart = 0;
    for (int i = 0; i < values.length; i++) {
      double one = Objects.requireNonNull(errors.get(Separation.SOFTMAX1)).get(i);
      double dense = Objects.requireNonNull(errors.get(Separation.SOFTMAX)).get(i);
      apart = Math.min(one, dense) < 0.5 ? Math.max(apart, Math.abs(one - dense)) : apart;
    }
    return apart;
  }

  private Map<Separation, List<Double>> relatedness(
      Laboratory lab, List<Study.Chart> charts, List<Study.Table> tables) {
    Map<Separation, List<Double>> norms = new EnumMap<>(Separation.class);
    for (Separation separation : Separation.values()) {
      SplittableRandom random = lab.random(id() + "angle");
      double[] sums = new double[ANGLES.length];
      for (int draw = 0; draw < DRAWS; draw++) {
        double[][] memories = NoOpExperiment.cone(random, COUNT, WIDTH, 0.866);
        double[][] queries = new double[ANGLES.length][WIDTH];
        double[] around = Vectors.unit(random, WIDTH - 1);
        for (int a = 0; a < ANGLES.length; a++) {
          double angle = Math.toRadians(ANGLES[a]);
          queries[a][0] = Math.cos(angle);
          for (int c = 1; c < WIDTH; c++) {
            queries[a][c] = Math.sin(angle) * around[c - 1];
          }
        }
        double[][] states = lab.memory(separation, 1).retrieve(memories, queries, BETA).states(1);
        for (int a = 0; a < ANGLES.length; a++) {
          sums[a] += Vectors.norm(states[a]) / DRAWS;
        }
      }
      norms.put(separation, Arrays.stream(sums).boxed().toList());
    }
    List<Double> at = Arrays.stream(ANGLES).boxed().toList();
    charts.add(
        new Study.Chart(
            "What is retrieved by relatedness of the query",
            "angle between query and the memories' axis, degrees",
            "norm",
            false,
            false,
            lines(norms, at)));
    tables.add(table("Norm retrieved by the angle of the query, degrees", ANGLES, norms));
    return norms;
  }

  private static List<Study.Line> lines(Map<Separation, List<Double>> values, List<Double> at) {
    return values.entrySet().stream()
        .map(entry -> new Study.Line(entry.getKey().label(), at, entry.getValue()))
        .toList();
  }

  private static Study.Table table(
      String title, double[] values, Map<Separation, List<Double>> found) {
    List<String> columns = new ArrayList<>(List.of("memory"));
    Arrays.stream(values).mapToObj(RetrievalExperiment::plain).forEach(columns::add);
    List<List<String>> rows = new ArrayList<>();
    found.forEach(
        (separation, numbers) -> {
          List<String> row = new ArrayList<>(List.of(separation.label()));
          numbers.stream().map(Words::number).forEach(row::add);
          rows.add(row);
        });
    return new Study.Table(title, columns, rows);
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
