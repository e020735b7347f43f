package dev.tailgate.lab;

import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.Study;
import dev.tailgate.stats.metric.Interval;
import dev.tailgate.stats.metric.StudentInterval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * How far test is from training, by the number of samples: pictures as sequences of rows,
 * associated with themselves and pooled. Theorem 3.4 of the paper bounds the gap by {@code
 * N^(-1/2)} up to logarithms; a bound is above what is measured, and says nothing of which method
 * is nearer.
 */
final class GeneralizationExperiment implements Experiment {
  private static final int[] SIZES = {32, 64, 128, 256, 512, 1024};
  private static final int TEST = 500;
  private static final int DRAWS = 3;
  private static final int HIDDEN = 32;
  private static final int HEADS = 4;
  private static final double LEAST_GAP = 1e-4;
  private static final Learner.Steps STEPS = new Learner.Steps(120, 32, 3e-3, 0.01);
  private static final List<Separation> COMPARED = List.of(Separation.SOFTMAX1, Separation.SOFTMAX);

  /** Of one method, {@code [draw][size]}. */
  @SuppressWarnings("ArrayRecordComponent") // read in loops, never compared
  private record Found(double[][] gaps, double[][] errors) {}

  @Override
  public String id() {
    return "generalization";
  }

  @Override
  public String question() {
    return "How does the gap between test and training loss fall with the number of samples?";
  }

  @Override
  public Study run(Laboratory lab) {
    Patterns data = lab.patterns();
    int[] labels = data.labels().orElseThrow(() -> Unlabelled.refused(data.description()));
    int[] sizes = Arrays.stream(SIZES).filter(size -> size + TEST <= data.rows().length).toArray();
    if (sizes.length < 2) {
      throw Unlabelled.few(data, SIZES[1] + TEST);
    }
    Map<Separation, Found> found = new EnumMap<>(Separation.class);
    for (Separation separation : COMPARED) {
      found.put(separation, found(lab, separation, pictures(data, labels), sizes));
    }
    return new Study(
        id(),
        question(),
        data.description()
            + " as sequences of rows, "
            + STEPS.steps()
            + " steps of "
            + STEPS.batch()
            + ", "
            + DRAWS
            + " draws of samples and weights, "
            + TEST
            + " samples to test; +- is the standard deviation over draws",
        claims(found, sizes),
        List.of(
            table("Test loss minus training loss", sizes, found, Found::gaps),
            table("Test error", sizes, found, Found::errors)),
        List.of(chart(found, sizes)),
        0);
  }

  /** Draws choose samples anew, the first of an order to test, the next to train. */
  private Found found(Laboratory lab, Separation separation, Examples all, int[] sizes) {
    int classes = Arrays.stream(all.labels()).max().orElse(0) + 1;
    Classifier classifier =
        new Classifier(
            Optional.of(separation), true, all.room(), all.width(), HIDDEN, HEADS, classes);
    double[][] gaps = new double[DRAWS][sizes.length];
    double[][] errors = new double[DRAWS][sizes.length];
    int done = COMPARED.indexOf(separation) * DRAWS * sizes.length;
    try (Learner learner = Learner.open(classifier, STEPS, lab.options())) {
      for (int draw = 0; draw < DRAWS; draw++) {
        int[] order = IntStream.range(0, all.count()).toArray();
        Examples.shuffle(order, lab.random(id() + draw));
        Examples test = all.at(Arrays.copyOf(order, TEST));
        for (int s = 0; s < sizes.length; s++) {
          Examples training = all.at(Arrays.copyOfRange(order, TEST, TEST + sizes[s]));
          learner.learn(training, lab.seed() + draw);
          double[][] logits = learner.logits(test);
          gaps[draw][s] =
              Ranking.crossEntropy(logits, test.labels())
                  - Ranking.crossEntropy(learner.logits(training), training.labels());
          errors[draw][s] = 1 - Ranking.accuracy(logits, test.labels());
          lab.progress().at("learning pictures", ++done, 2L * DRAWS * sizes.length);
        }
      }
    }
    return new Found(gaps, errors);
  }

  private static List<Claim> claims(Map<Separation, Found> found, int[] sizes) {
    List<Claim> claims = new ArrayList<>();
    found.forEach(
        (separation, each) -> {
          double[] slopes =
              Arrays.stream(each.gaps()).mapToDouble(gaps -> slope(sizes, gaps)).toArray();
          Interval interval = StudentInterval.of(slopes);
          claims.add(
              Claim.measured(
                  "With " + separation.label() + " the gap falls with the number of samples",
                  "as N to the power of "
                      + Words.number(Arrays.stream(slopes).average().orElse(Double.NaN))
                      + " (95 % interval "
                      + Words.number(interval.low())
                      + " to "
                      + Words.number(interval.high())
                      + "), by least squares of logarithms; the bound of theorem 3.4 has -0.5",
                  interval.high() < 0));
        });
    claims.add(
        Comparison.ofDraws(byDraw(found, Separation.SOFTMAX1), byDraw(found, Separation.SOFTMAX))
            .claim(
                "The gap is the same with Softmax1 as with softmax",
                "The gap differs between Softmax1 and softmax",
                "its mean over all numbers of samples"));
    return claims;
  }

  private static List<Double> byDraw(Map<Separation, Found> found, Separation separation) {
    return Arrays.stream(Objects.requireNonNull(found.get(separation)).gaps())
        .map(gaps -> Arrays.stream(gaps).average().orElse(Double.NaN))
        .toList();
  }

  /** The exponent of N by which the gap changes. */
  static double slope(int[] sizes, double[] gaps) {
    SimpleRegression line = new SimpleRegression();
    for (int i = 0; i < sizes.length; i++) {
      line.addData(Math.log(sizes[i]), Math.log(Math.max(LEAST_GAP, gaps[i])));
    }
    return line.getSlope();
  }

  private static Study.Chart chart(Map<Separation, Found> found, int[] sizes) {
    List<Double> at = Arrays.stream(sizes).mapToObj(n -> (double) n).toList();
    List<Study.Line> lines = new ArrayList<>();
    found.forEach(
        (separation, each) ->
            lines.add(
                new Study.Line(
                    separation.label(),
                    at,
                    IntStream.range(0, sizes.length)
                        .mapToObj(s -> column(each.gaps(), s).mean())
                        .toList())));
    double first = lines.get(0).y().get(0);
    lines.add(
        new Study.Line(
            "N^(-1/2)", at, at.stream().map(n -> first * Math.sqrt(sizes[0] / n)).toList()));
    return new Study.Chart("Test loss minus training loss", "samples", "gap", true, true, lines);
  }

  private static Spread column(double[][] values, int column) {
    return Spread.of(Arrays.stream(values).map(row -> row[column]).toList());
  }

  /** Pictures as sequences of rows where they are square, else as one vector. */
  static Examples pictures(Patterns data, int[] labels) {
    int side = (int) Math.round(Math.sqrt(data.width()));
    int rows = side * side == data.width() ? side : 1;
    double[][][] sets = new double[data.rows().length][rows][];
    for (int i = 0; i < sets.length; i++) {
      double[] picture = data.rows()[i];
      int width = picture.length / rows;
      for (int r = 0; r < rows; r++) {
        sets[i][r] = Arrays.copyOfRange(picture, r * width, (r + 1) * width);
      }
    }
    return new Examples(sets, labels, rows);
  }

  private static Study.Table table(
      String title, int[] sizes, Map<Separation, Found> found, Function<Found, double[][]> what) {
    List<String> columns = new ArrayList<>(List.of("memory"));
    for (int size : sizes) {
      columns.add("N = " + size);
    }
    List<List<String>> rows = new ArrayList<>();
    found.forEach(
        (separation, each) -> {
          List<String> row = new ArrayList<>(List.of(separation.label()));
          IntStream.range(0, sizes.length)
              .forEach(s -> row.add(column(what.apply(each), s).words()));
          rows.add(row);
        });
    return new Study.Table(title, columns, rows);
  }
}
