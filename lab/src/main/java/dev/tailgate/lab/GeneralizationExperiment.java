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
import java.util.Optional;

/**
 * How far test is from training, by the number of samples: pictures as sequences of rows,
 * associated with themselves and pooled. Theorem 3.4 of the paper bounds the gap by {@code
 * N^(-1/2)} up to logarithms; a bound is above what is measured, and says nothing of which method
 * is nearer.
 */
final class GeneralizationExperiment implements Experiment {
  private static final int[] SIZES = {32, 64, 128, 256, 512};
  private static final int TEST = 500;
  private static final int DRAWS = 2;
  private static final int HIDDEN = 32;
  private static final int HEADS = 4;
  private static final Classifier.Steps STEPS = new Classifier.Steps(150, 32, 3e-3, 0.01);

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
    int[] sizes =
        Arrays.stream(SIZES).filter(size -> size * DRAWS + TEST <= data.rows().length).toArray();
    if (sizes.length < 2) {
      throw Unlabelled.few(data, SIZES[1] * DRAWS + TEST);
    }
    int classes = Arrays.stream(labels).max().orElse(0) + 1;
    Map<Separation, List<Spread>> gaps = new EnumMap<>(Separation.class);
    Map<Separation, List<Spread>> accuracies = new EnumMap<>(Separation.class);
    List<Separation> compared = List.of(Separation.SOFTMAX1, Separation.SOFTMAX);
    List<Double> ahead = new ArrayList<>();
    int done = 0;
    for (int size : sizes) {
      Map<Separation, List<Double>> both = new EnumMap<>(Separation.class);
      for (Separation separation : compared) {
        List<Double> gap = new ArrayList<>();
        List<Double> accuracy = new ArrayList<>();
        for (int draw = 0; draw < DRAWS; draw++) {
          Examples training = part(data, labels, TEST + draw * size, size);
          Examples test = part(data, labels, 0, TEST);
          List<double[][]> logits =
              new Classifier(Optional.of(separation), true, HIDDEN, HEADS, classes)
                  .trained(training, List.of(training, test), STEPS, draw, lab.options());
          int[] own = labels(labels, TEST + draw * size, size);
          int[] others = labels(labels, 0, TEST);
          gap.add(
              Ranking.crossEntropy(logits.get(1), others)
                  - Ranking.crossEntropy(logits.get(0), own));
          accuracy.add(Ranking.accuracy(logits.get(1), others));
        }
        both.put(separation, gap);
        gaps.computeIfAbsent(separation, key -> new ArrayList<>()).add(Spread.of(gap));
        accuracies.computeIfAbsent(separation, key -> new ArrayList<>()).add(Spread.of(accuracy));
        lab.progress().at("learning pictures", ++done, (long) compared.size() * sizes.length);
      }
      for (int draw = 0; draw < DRAWS; draw++) {
        ahead.add(
            Objects.requireNonNull(both.get(Separation.SOFTMAX1)).get(draw)
                - Objects.requireNonNull(both.get(Separation.SOFTMAX)).get(draw));
      }
    }
    double slope = slope(sizes, Objects.requireNonNull(gaps.get(Separation.SOFTMAX1)));
    double dense = slope(sizes, Objects.requireNonNull(gaps.get(Separation.SOFTMAX)));
    Spread difference = Spread.of(ahead);
    List<Double> at = Arrays.stream(sizes).mapToObj(n -> (double) n).toList();
    List<Study.Line> lines = new ArrayList<>();
    gaps.forEach(
        (separation, found) ->
            lines.add(
                new Study.Line(separation.label(), at, found.stream().map(Spread::mean).toList())));
    double first = Objects.requireNonNull(gaps.get(Separation.SOFTMAX1)).get(0).mean();
    lines.add(
        new Study.Line(
            "N^(-1/2)", at, at.stream().map(n -> first * Math.sqrt(sizes[0] / n)).toList()));
    boolean isSame = Math.abs(difference.mean()) <= difference.twice();
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
            + " draws, "
            + TEST
            + " samples to test",
        List.of(
            Claim.measured(
                "The gap falls with the number of samples",
                "as N to the power of "
                    + Words.number(slope)
                    + " with Softmax1 and "
                    + Words.number(dense)
                    + " with softmax, by least squares; the bound of theorem 3.4 is -0.5 up to"
                    + " logarithms",
                slope < 0),
            new Claim(
                isSame
                    ? "The gap is the same with Softmax1 as with softmax"
                    : "The gap differs between Softmax1 and softmax",
                isSame ? Claim.Standing.NO_DIFFERENCE : Claim.Standing.MEASURED,
                "it differs by "
                    + Words.number(difference.mean())
                    + " +- "
                    + Words.number(difference.twice())
                    + " (twice the standard error)",
                true,
                Optional.empty())),
        List.of(
            table("Test loss minus training loss", sizes, gaps),
            table("Test accuracy", sizes, accuracies)),
        List.of(
            new Study.Chart("Test loss minus training loss", "samples", "gap", true, true, lines)),
        0);
  }

  private static int[] labels(int[] all, int from, int count) {
    return Arrays.copyOfRange(all, from, from + count);
  }

  /** Pictures as sequences of rows, of the side where they are square, else of seven parts. */
  private static Examples part(Patterns data, int[] labels, int from, int count) {
    int side = (int) Math.round(Math.sqrt(data.width()));
    int rows = side * side == data.width() ? side : 1;
    double[][][] sets = new double[count][rows][];
    for (int i = 0; i < count; i++) {
      double[] picture = data.rows()[from + i];
      int width = picture.length / rows;
      for (int r = 0; r < rows; r++) {
        sets[i][r] = Arrays.copyOfRange(picture, r * width, (r + 1) * width);
      }
    }
    return new Examples(sets, labels(labels, from, count), rows, 64);
  }

  private static double slope(int[] sizes, List<Spread> gaps) {
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (int i = 0; i < sizes.length; i++) {
      double a = Math.log(sizes[i]);
      double b = Math.log(Math.max(1e-6, gaps.get(i).mean()));
      x += a;
      y += b;
      xx += a * a;
      xy += a * b;
    }
    double n = sizes.length;
    return (n * xy - x * y) / (n * xx - x * x);
  }

  private static Study.Table table(String title, int[] sizes, Map<Separation, List<Spread>> found) {
    List<String> columns = new ArrayList<>(List.of("memory"));
    for (int size : sizes) {
      columns.add("N = " + size);
    }
    List<List<String>> rows = new ArrayList<>();
    found.forEach(
        (separation, spreads) -> {
          List<String> row = new ArrayList<>(List.of(separation.label()));
          spreads.forEach(spread -> row.add(spread.words()));
          rows.add(row);
        });
    return new Study.Table(title, columns, rows);
  }
}
