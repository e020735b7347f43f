package dev.tailgate.lab;

import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.Study;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Multiple-instance learning: a bag of vectors has the class 1 where it holds one of a kind, and a
 * model sees bags only. Bags of digits, where the kind is the 9, or bags of the user. Pooling by
 * OutEffHopPooling, by the same with softmax, and by the mean.
 */
final class MilExperiment implements Experiment {
  private static final int TARGET = 9;
  private static final int BAGS = 240;
  private static final int HIDDEN = 32;
  private static final int HEADS = 4;
  private static final int FOLDS = 10;
  private static final Classifier.Steps DIGITS = new Classifier.Steps(120, 16, 3e-3, 0.01);
  private static final Classifier.Steps BAGS_OF_USER = new Classifier.Steps(200, 16, 1e-3, 0.05);

  private record Fold(Examples training, Examples test) {}

  @Override
  public String id() {
    return "mil";
  }

  @Override
  public String question() {
    return "Does pooling by OutEffHop find the one vector of a bag that counts?";
  }

  @Override
  public Study run(Laboratory lab) {
    Optional<Bags> own = lab.bags();
    List<Fold> folds = own.map(bags -> folds(lab, bags)).orElseGet(() -> digits(lab));
    Classifier.Steps steps = own.isPresent() ? BAGS_OF_USER : DIGITS;
    Map<String, List<Double>> aucs = new LinkedHashMap<>();
    Map<String, List<Double>> accuracies = new LinkedHashMap<>();
    List<Classifier> poolings =
        List.of(
            new Classifier(Optional.of(Separation.SOFTMAX1), false, HIDDEN, HEADS, 2),
            new Classifier(Optional.of(Separation.SOFTMAX), false, HIDDEN, HEADS, 2),
            new Classifier(Optional.empty(), false, HIDDEN, HEADS, 2));
    int done = 0;
    for (Classifier pooling : poolings) {
      for (int f = 0; f < folds.size(); f++) {
        Fold fold = folds.get(f);
        double[][] logits =
            pooling.trained(fold.training(), List.of(fold.test()), steps, f, lab.options()).get(0);
        int[] labels = labels(fold.test());
        double[] scores = Arrays.stream(logits).mapToDouble(z -> z[1] - z[0]).toArray();
        aucs.computeIfAbsent(pooling.label(), key -> new ArrayList<>())
            .add(Ranking.auc(scores, labels));
        accuracies
            .computeIfAbsent(pooling.label(), key -> new ArrayList<>())
            .add(Ranking.accuracy(logits, labels));
        lab.progress().at("learning bags", ++done, (long) poolings.size() * folds.size());
      }
    }
    Spread ahead =
        Spread.ofDifferences(
            Objects.requireNonNull(aucs.get("softmax1")),
            Objects.requireNonNull(aucs.get("softmax")));
    Spread overMean =
        Spread.ofDifferences(
            Objects.requireNonNull(aucs.get("softmax1")), Objects.requireNonNull(aucs.get("mean")));
    List<List<String>> rows = new ArrayList<>();
    aucs.forEach(
        (name, values) ->
            rows.add(
                List.of(
                    name,
                    Spread.of(values).words(),
                    Spread.of(Objects.requireNonNull(accuracies.get(name))).words())));
    boolean isSame = Math.abs(ahead.mean()) <= ahead.twice();
    return new Study(
        id(),
        question(),
        own.map(Bags::description).orElse(BAGS + " bags of 5 to 15 drawn digits, target " + TARGET)
            + "; "
            + folds.size()
            + (own.isPresent() ? " folds" : " draws")
            + ", "
            + steps.steps()
            + " steps of "
            + steps.batch()
            + " bags, a hidden layer of "
            + HIDDEN
            + ", "
            + HEADS
            + " heads; spread over them",
        List.of(
            new Claim(
                isSame
                    ? "Pooling by Softmax1 ranks bags as well as pooling by softmax"
                    : "Pooling by Softmax1 ranks bags otherwise than pooling by softmax",
                isSame ? Claim.Standing.NO_DIFFERENCE : Claim.Standing.MEASURED,
                "AUC differs by "
                    + Words.number(ahead.mean())
                    + " +- "
                    + Words.number(ahead.twice())
                    + " (twice the standard error)",
                true,
                Optional.empty()),
            Claim.measured(
                "Pooling by Softmax1 against the mean of the bag",
                "AUC differs by "
                    + Words.number(overMean.mean())
                    + " +- "
                    + Words.number(overMean.twice()),
                true)),
        List.of(
            new Study.Table(
                "Bags that were not trained on", List.of("pooling", "AUC", "accuracy"), rows)),
        List.of(),
        0);
  }

  private static int[] labels(Examples data) {
    int[] labels = new int[(int) data.samples()];
    Arrays.setAll(labels, data::label);
    return labels;
  }

  private List<Fold> digits(Laboratory lab) {
    Patterns data = lab.patterns();
    int[] kinds = data.labels().orElseThrow();
    List<Fold> folds = new ArrayList<>();
    for (int draw = 0; draw < 3; draw++) {
      SplittableRandom random = lab.random(id() + draw);
      int half = data.rows().length / 2;
      folds.add(
          new Fold(
              bags(data.rows(), kinds, 0, half, random),
              bags(data.rows(), kinds, half, data.rows().length, random)));
    }
    return folds;
  }

  /** Bags of digits from a part of them; every second one holds a 9. */
  private static Examples bags(
      double[][] rows, int[] kinds, int from, int to, SplittableRandom random) {
    double[][][] bags = new double[BAGS][][];
    int[] labels = new int[BAGS];
    for (int b = 0; b < BAGS; b++) {
      labels[b] = b % 2;
      bags[b] = new double[random.nextInt(5, 16)][];
      int place = labels[b] == 1 ? random.nextInt(bags[b].length) : -1;
      for (int s = 0; s < bags[b].length; s++) {
        int drawn;
        do {
          drawn = random.nextInt(from, to);
        } while ((kinds[drawn] == TARGET) != (s == place));
        bags[b][s] = rows[drawn];
      }
    }
    return new Examples(bags, labels, 15, 64);
  }

  private static List<Fold> folds(Laboratory lab, Bags bags) {
    int[] order = bags.order(lab.random("folds"));
    List<Fold> folds = new ArrayList<>();
    for (int f = 0; f < FOLDS; f++) {
      List<Integer> training = new ArrayList<>();
      List<Integer> test = new ArrayList<>();
      for (int i = 0; i < order.length; i++) {
        (i % FOLDS == f ? test : training).add(order[i]);
      }
      folds.add(new Fold(bags.scaled(training, training), bags.scaled(test, training)));
    }
    return folds;
  }
}
