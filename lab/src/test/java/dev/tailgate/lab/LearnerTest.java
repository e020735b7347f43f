package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.train.graph.InitialTensors;
import dev.tailgate.train.optimiser.InitialState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small trainings of bags whose class is whether any vector's first number is large. */
class LearnerTest {
  private static final int ROOM = 6;
  private static final int WIDTH = 5;
  private static final int HIDDEN = 8;
  private static final int HEADS = 2;
  private static final RunnerOptions ONE_THREAD =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY);
  private static final Learner.Steps STEPS = new Learner.Steps(4, 8, 1e-2, 0);

  static List<Classifier> classifiers() {
    return List.of(
        classifier(Optional.empty(), false),
        classifier(Optional.of(Separation.SOFTMAX), false),
        classifier(Optional.of(Separation.SOFTMAX1), false),
        classifier(Optional.of(Separation.SOFTMAX1), true));
  }

  static List<Classifier> poolings() {
    return classifiers().stream().filter(classifier -> !classifier.ordered()).toList();
  }

  private static Classifier classifier(Optional<Separation> pooling, boolean ordered) {
    return new Classifier(pooling, ordered, ROOM, WIDTH, HIDDEN, HEADS, 2);
  }

  private static Examples bags(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][][] bags = new double[count][][];
    int[] labels = new int[count];
    for (int b = 0; b < count; b++) {
      bags[b] = new double[random.nextInt(1, ROOM + 1)][];
      Arrays.setAll(bags[b], s -> Vectors.normal(random, WIDTH));
      labels[b] = b % 2;
      bags[b][random.nextInt(bags[b].length)][0] = labels[b] == 1 ? 4 : 0;
    }
    return new Examples(bags, labels, ROOM);
  }

  /** Without decay and with moments at 0, a weight stays where its gradient is 0. */
  @ParameterizedTest
  @MethodSource("classifiers")
  void theGradientReachesEveryWeight(Classifier classifier) {
    OnnxModel fresh = classifier.build(3);
    try (Learner learner = Learner.open(classifier, STEPS, ONE_THREAD)) {
      Map<String, Tensor> after = learner.learn(bags(16, 1), 3).weights();
      assertThat(after.keySet()).contains("hidden.weight", "pooling.key.weight", "head.bias");
      after.forEach(
          (name, tensor) ->
              assertThat(tensor.toFloats()).as(name).isNotEqualTo(before(fresh, name)));
      assertThat(learner.parameters())
          .isEqualTo(after.values().stream().mapToLong(Tensor::elementCount).sum());
    }
  }

  private static float[] before(OnnxModel model, String name) {
    ConstantTensor weight = Objects.requireNonNull(model.graph().initializers().get(name));
    return InitialTensors.of(new InitialState.Weight(weight, 1)).toFloats();
  }

  @ParameterizedTest
  @MethodSource("classifiers")
  void aTrainingIsTheSameWhateverTheSessionHasTrainedBefore(Classifier classifier) {
    Examples data = bags(16, 2);
    try (Learner learner = Learner.open(classifier, STEPS, ONE_THREAD)) {
      double[][] first = learner.learn(data, 5).logits(data);
      double[][] other = learner.learn(bags(16, 9), 6).logits(data);
      double[][] again = learner.learn(data, 5).logits(data);
      assertThat(again).isDeepEqualTo(first);
      assertThat(Arrays.deepEquals(other, first)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("classifiers")
  void itLearnsWhatDecidesABag(Classifier classifier) {
    Learner.Steps steps = new Learner.Steps(150, 16, 1e-2, 0);
    Examples others = bags(100, 12);
    try (Learner learner = Learner.open(classifier, steps, ONE_THREAD)) {
      double[][] logits = learner.learn(bags(100, 11), 0).logits(others);
      // Chance is 0.5 with a standard deviation of 0.05.
      assertThat(Ranking.accuracy(logits, others.labels())).isGreaterThan(0.75);
    }
  }

  /** What a bag is filled up with plays no part, and graphs compute what doubles do. */
  @ParameterizedTest
  @MethodSource("poolings")
  void logitsAreThoseOfTheFormulaInDoubles(Classifier classifier) {
    Examples data = bags(20, 4);
    try (Learner learner = Learner.open(classifier, STEPS, ONE_THREAD)) {
      learner.learn(data, 8);
      Map<String, Tensor> weights = learner.weights();
      double[][] logits = learner.logits(data);
      for (int b = 0; b < logits.length; b++) {
        double[] expected = PlainPooling.logits(classifier, weights, data.sets()[b]);
        for (int c = 0; c < 2; c++) {
          // Rounding of float32 over sums of a few terms of size 1.
          assertThat(logits[b][c]).isCloseTo(expected[c], within(2e-5));
        }
      }
    }
  }
}
