package dev.tailgate.lab;

import dev.tailgate.engine.tensor.DataException;
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
import java.util.stream.IntStream;

/**
 * Multiple-instance learning: a bag of vectors has the class 1 where it holds one of a kind, and a
 * model sees the classes of bags only. Bags of digits, where the kind is the 9, or bags of the
 * user. Pooling by OutEffHopPooling, by the same with softmax, and by the mean.
 */
final class MilExperiment implements Experiment {
  private static final int TARGET = 9;
  private static final int BAGS = 240;
  private static final int FEWEST = 5;
  private static final int MOST = 15;
  private static final int DRAWS = 5;
  private static final int HIDDEN = 32;
  private static final int HEADS = 4;
  private static final int FOLDS = 10;
  private static final int REPEATS = 3;
  private static final Learner.Steps DIGITS = new Learner.Steps(120, 16, 3e-3, 0.01);
  private static final Learner.Steps BAGS_OF_USER = new Learner.Steps(200, 16, 1e-3, 0.05);

  private record Fold(Examples training, Examples test) {}

  /** Of one pooling, a number for each fold. */
  private record Found(List<Double> areas, List<Double> accuracies, long parameters) {}

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
    Learner.Steps steps = own.isPresent() ? BAGS_OF_USER : DIGITS;
    Map<String, Found> found = new LinkedHashMap<>();
    List<Optional<Separation>> poolings =
        List.of(
            Optional.of(Separation.SOFTMAX1), Optional.of(Separation.SOFTMAX), Optional.empty());
    for (Optional<Separation> pooling : poolings) {
      Examples like = folds.get(0).training();
      Classifier classifier =
          new Classifier(pooling, false, like.room(), like.width(), HIDDEN, HEADS, 2);
      found.put(classifier.label(), found(lab, classifier, folds, steps, found.size()));
    }
    String method =
        own.map(bags -> bags.description() + ", " + FOLDS + "-fold, " + REPEATS + " times")
                .orElseGet(() -> words(lab.patterns()))
            + "; "
            + steps.steps()
            + " steps of "
            + steps.batch()
            + " bags, a hidden layer of "
            + HIDDEN
            + ", "
            + HEADS
            + " heads; +- is the standard deviation over "
            + folds.size()
            + (own.isPresent() ? " folds" : " draws of bags");
    return new Study(
        id(),
        question(),
        method,
        claims(found, folds.get(0), own.isPresent()),
        List.of(table(found)),
        List.of(),
        0);
  }

  private static String words(Patterns data) {
    return String.join(
        " ",
        data.description() + ":",
        BAGS + " bags of",
        FEWEST + " to " + MOST,
        "to learn from and as many others, half of them with one",
        Integer.toString(target(data)));
  }

  private static Found found(
      Laboratory lab, Classifier classifier, List<Fold> folds, Learner.Steps steps, int before) {
    List<Double> areas = new ArrayList<>();
    List<Double> accuracies = new ArrayList<>();
    try (Learner learner = Learner.open(classifier, steps, lab.options())) {
      for (Fold fold : folds) {
        double[][] logits =
            learner.learn(fold.training(), lab.seed() + areas.size()).logits(fold.test());
        double[] scores = Arrays.stream(logits).mapToDouble(z -> z[1] - z[0]).toArray();
        areas.add(Ranking.auc(scores, fold.test().labels()));
        accuracies.add(Ranking.accuracy(logits, fold.test().labels()));
        lab.progress()
            .at("learning bags", (long) before * folds.size() + areas.size(), 3L * folds.size());
      }
      return new Found(areas, accuracies, learner.parameters());
    }
  }

  private static List<Claim> claims(Map<String, Found> found, Fold fold, boolean isFolds) {
    List<Claim> claims = new ArrayList<>();
    Found hopfield = Objects.requireNonNull(found.get("softmax1"));
    for (String other : List.of("softmax", "mean")) {
      List<Double> areas = Objects.requireNonNull(found.get(other)).areas();
      Comparison comparison =
          isFolds
              ? Comparison.ofFolds(
                  hopfield.areas(), areas, fold.test().count(), fold.training().count())
              : Comparison.ofDraws(hopfield.areas(), areas);
      String name = other.equals("mean") ? "the mean" : "pooling by " + other;
      claims.add(
          comparison.claim(
              "Pooling by Softmax1 ranks bags as well as " + name + " does",
              "Pooling by Softmax1 ranks bags otherwise than " + name + " does",
              "AUC"));
    }
    return claims;
  }

  private static Study.Table table(Map<String, Found> found) {
    List<List<String>> rows = new ArrayList<>();
    found.forEach(
        (name, each) ->
            rows.add(
                List.of(
                    name,
                    Long.toString(each.parameters()),
                    Spread.of(each.areas()).words(),
                    Spread.of(each.accuracies()).words())));
    return new Study.Table(
        "Bags that were not trained on", List.of("pooling", "weights", "AUC", "accuracy"), rows);
  }

  /** The 9 where there is one, else the last class. */
  private static int target(Patterns data) {
    List<Integer> classes = data.classes();
    return classes.contains(TARGET) ? TARGET : classes.get(classes.size() - 1);
  }

  private List<Fold> digits(Laboratory lab) {
    Patterns data = lab.patterns();
    if (data.labels().isEmpty()) {
      throw Unlabelled.refused(data.description());
    }
    int target = target(data);
    List<Fold> folds = new ArrayList<>();
    for (int draw = 0; draw < DRAWS; draw++) {
      SplittableRandom random = lab.random(id() + draw);
      int[] order = IntStream.range(0, data.rows().length).toArray();
      Examples.shuffle(order, random);
      int half = order.length / 2;
      folds.add(
          new Fold(
              bags(data, target, Arrays.copyOf(order, half), random),
              bags(data, target, Arrays.copyOfRange(order, half, order.length), random)));
    }
    return folds;
  }

  /** Bags of some of the data; every second one holds one vector of the target. */
  static Examples bags(Patterns data, int target, int[] places, SplittableRandom random) {
    int[] kinds = data.labels().orElseThrow();
    int[] ones = Arrays.stream(places).filter(i -> kinds[i] == target).toArray();
    int[] others = Arrays.stream(places).filter(i -> kinds[i] != target).toArray();
    if (ones.length == 0 || others.length == 0) {
      throw DataException.doing("filling bags")
          .expected("samples of class " + target + " and of others, to learn from and to test")
          .found(ones.length + " and " + others.length + " of " + places.length)
          .where(data.description())
          .fix("Give more samples, of two classes or more.");
    }
    double[][][] bags = new double[BAGS][][];
    int[] labels = new int[BAGS];
    for (int b = 0; b < BAGS; b++) {
      labels[b] = b % 2;
      bags[b] = new double[random.nextInt(FEWEST, MOST + 1)][];
      Arrays.setAll(bags[b], s -> data.rows()[others[random.nextInt(others.length)]]);
      if (labels[b] == 1) {
        bags[b][random.nextInt(bags[b].length)] = data.rows()[ones[random.nextInt(ones.length)]];
      }
    }
    return new Examples(bags, labels, MOST);
  }

  private static List<Fold> folds(Laboratory lab, Bags bags) {
    bags.requireOfEachClass(FOLDS);
    List<Fold> folds = new ArrayList<>();
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      int[] order = bags.order(lab.random("folds" + repeat));
      for (int f = 0; f < FOLDS; f++) {
        List<Integer> training = new ArrayList<>();
        List<Integer> test = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
          (i % FOLDS == f ? test : training).add(order[i]);
        }
        folds.add(new Fold(bags.scaled(training, training), bags.scaled(test, training)));
      }
    }
    return folds;
  }
}
