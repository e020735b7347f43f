package dev.tailgate.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Pooling;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.gradient.Differentiated;
import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.train.NumpyArchive;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and their gradients against PyTorch's in float64; testdata/recipes/training_losses.py. */
class LossTest {
  private static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.NONE);
  private static final NumpyArchive TORCH = new NumpyArchive(LossTest.class, "losses.npz");
  private static final Optional<String> MASK = Optional.of("mask");
  private static final Optional<String> ALL = Optional.empty();

  /** Both sides compute in doubles; sums of some hundred terms may differ in their last digits. */
  private static final double CLOSE = 1e-12;

  private record Outcome(double loss, double[] gradient) {}

  private static Loss loss(String name) {
    return switch (name) {
      case "cross_entropy", "cross_entropy_classes" -> new CrossEntropy("x", 0);
      case "cross_entropy_smooth" -> new CrossEntropy("x", 0.1);
      case "distribution", "distribution_classes" -> new DistributionError("x", "y");
      case "divergence" -> new LogitDivergence("x", "t", 2, MASK);
      case "divergence_classes", "divergence_far" -> new LogitDivergence("x", "t", 1, ALL);
      case "hidden" -> new HiddenError("x", "t", MASK);
      case "squared" -> new MeanError("x", "y", MeanError.Power.SQUARED, ALL);
      case "absolute" -> new MeanError("x", "y", MeanError.Power.ABSOLUTE, MASK);
      case "distance_mean" -> new EmbeddingDistance("x", "t", new Embedding(Pooling.MEAN, MASK));
      case "distance_first" -> new EmbeddingDistance("x", "t", new Embedding(Pooling.CLS, MASK));
      case "contrast" -> new Contrast("x", new Embedding(Pooling.MEAN, MASK), 20);
      case "kurtosis" -> new OutlierPenalty("x", new OutlierPenalty.Kurtosis(3), MASK);
      case "kurtosis_flat" -> new OutlierPenalty("x", new OutlierPenalty.Kurtosis(1.8), ALL);
      case "power" -> new OutlierPenalty("x", new OutlierPenalty.Power(4, 6), MASK);
      case "power_odd" -> new OutlierPenalty("x", new OutlierPenalty.Power(1.5, 3), ALL);
      case "inf_norm" -> new OutlierPenalty("x", new OutlierPenalty.InfNorm(), MASK);
      default -> throw new AssertionError(name);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cross_entropy",
        "cross_entropy_smooth",
        "cross_entropy_classes",
        "divergence",
        "divergence_classes",
        "divergence_far",
        "hidden",
        "squared",
        "absolute",
        "distance_mean",
        "distance_first",
        "contrast",
        "kurtosis",
        "kurtosis_flat",
        "power",
        "power_odd",
        "inf_norm",
        "distribution",
        "distribution_classes"
      })
  void valueAndGradientAreThoseOfPyTorch(String name) {
    Map<String, Tensor> given = new LinkedHashMap<>();
    given.put("x", TORCH.get(name + "/x"));
    TORCH.find(name + "/mask").ifPresent(mask -> given.put("mask", mask));
    TORCH.find(name + "/labels").ifPresent(labels -> given.put(new Feed.Labels().input(), labels));
    TORCH
        .find(name + "/teacher")
        .ifPresent(teacher -> given.put(new Feed.Teacher("t").input(), teacher));
    TORCH
        .find(name + "/target")
        .ifPresent(target -> given.put(new Feed.Target("y").input(), target));
    Outcome found = run(loss(name), given);
    double expected = TORCH.doubles(name + "/loss")[0];
    assertThat(found.loss()).isCloseTo(expected, within(CLOSE * Math.max(1, Math.abs(expected))));
    double[] gradient = TORCH.doubles(name + "/gradient");
    double size = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
    assertThat(size).isPositive();
    assertThat(found.gradient()).containsExactly(gradient, within(CLOSE * size));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "divergence",
        "hidden",
        "absolute",
        "distance_mean",
        "contrast",
        "kurtosis",
        "power",
        "inf_norm"
      })
  void paddingDoesNotEnter(String name) {
    Map<String, Tensor> given = new LinkedHashMap<>();
    given.put("x", TORCH.get(name + "/x"));
    given.put("mask", TORCH.get(name + "/mask"));
    TORCH
        .find(name + "/teacher")
        .ifPresent(teacher -> given.put(new Feed.Teacher("t").input(), teacher));
    TORCH
        .find(name + "/target")
        .ifPresent(target -> given.put(new Feed.Target("y").input(), target));
    Outcome expected = run(loss(name), given);
    long[] mask = TORCH.get(name + "/mask").toLongs();
    Tensor x = TORCH.get(name + "/x");
    int width = x.elementCount() / mask.length;
    Tensor other = Tensor.allocate(ElementType.DOUBLE, x.shape());
    for (int i = 0; i < x.elementCount(); i++) {
      boolean counts = mask[i / width] != 0;
      other.data().putDouble(8 * i, counts ? x.data().getDouble(8 * i) : 1000 + i);
    }
    given.put("x", other);
    Outcome found = run(loss(name), given);
    // Bit for bit: what is multiplied by 0 adds nothing.
    assertThat(found.loss()).isEqualTo(expected.loss());
    for (int i = 0; i < x.elementCount(); i++) {
      double slope = mask[i / width] == 0 ? 0 : expected.gradient()[i];
      assertThat(found.gradient()[i] == slope).as("element %s", i).isTrue();
    }
  }

  @Test
  void batchWithoutLabelsChangesNothing() {
    Tensor logits = TORCH.get("cross_entropy/x");
    long[] none = new long[20];
    Arrays.fill(none, CrossEntropy.IGNORED);
    Outcome found =
        run(
            new CrossEntropy("x", 0.1),
            Map.of("x", logits, new Feed.Labels().input(), Tensor.ofLongs(none, 4, 5)));
    assertThat(found.loss()).isZero();
    assertThat(Arrays.stream(found.gradient())).allMatch(slope -> slope == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hidden", "divergence", "distance_mean", "kurtosis", "power", "inf_norm"})
  void batchOfPaddingChangesNothing(String name) {
    Map<String, Tensor> given = new LinkedHashMap<>();
    given.put("x", TORCH.get(name + "/x"));
    given.put("mask", Tensor.ofLongs(new long[20], 4, 5));
    TORCH
        .find(name + "/teacher")
        .ifPresent(teacher -> given.put(new Feed.Teacher("t").input(), teacher));
    Outcome found = run(loss(name), given);
    assertThat(found.loss()).isZero();
    assertThat(Arrays.stream(found.gradient())).allMatch(slope -> slope == 0);
  }

  @Test
  void constantRowsHaveNoKurtosisAndNoGradient() {
    Tensor x = Tensor.allocate(ElementType.DOUBLE, 2, 3, 4);
    Outcome found =
        run(new OutlierPenalty("x", new OutlierPenalty.Kurtosis(1.8), ALL), Map.of("x", x));
    assertThat(found.loss()).isZero();
    assertThat(Arrays.stream(found.gradient())).allMatch(slope -> slope == 0);
  }

  private static Outcome run(Loss loss, Map<String, Tensor> given) {
    LossGraph losses = new LossGraph(student(given), InferredShapes.of(student(given), CPU));
    losses.builder().output("loss", loss.build(losses));
    OnnxModel model = losses.builder().model();
    Differentiated backward =
        Gradients.of(model, "loss", List.of("x"), InferredShapes.of(model, CPU));
    String gradient = backward.gradients().get("x");
    try (ModelRunner runner = ModelRunner.open(backward.exposed(), CPU)) {
      Map<String, Tensor> found = runner.run(given, Set.of("loss", gradient));
      return new Outcome(
          NumpyArchive.doubles(found.get("loss"))[0], NumpyArchive.doubles(found.get(gradient)));
    }
  }

  /** A model whose values are what it is fed, with open sizes but for the last. */
  private static OnnxModel student(Map<String, Tensor> given) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(18));
    g.output("same", g.input(info("x", given.get("x"))).plus(0));
    if (given.containsKey("mask")) {
      g.input(info("mask", given.get("mask")));
    }
    return g.model();
  }

  private static ValueInfo info(String name, Tensor tensor) {
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < tensor.rank(); i++) {
      boolean isOpen = i + 1 < tensor.rank() || name.equals("mask");
      dims.add(isOpen ? Dim.of(List.of("batch", "tokens").get(i)) : Dim.of(tensor.dim(i)));
    }
    return new ValueInfo(name, tensor.type(), Optional.of(dims));
  }
}
