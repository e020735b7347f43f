package dev.tailgate.train.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.StatefulRun;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.weight.WeightRole;
import dev.tailgate.train.NumpyArchive;
import dev.tailgate.train.loss.CrossEntropy;
import dev.tailgate.train.loss.WeightedLoss;
import dev.tailgate.train.optimiser.AdamW;
import dev.tailgate.train.optimiser.Muon;
import dev.tailgate.train.optimiser.Optimiser;
import dev.tailgate.train.optimiser.Sgd;
import dev.tailgate.train.optimiser.UpdateGraph;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Updates on given gradients against PyTorch's optimisers, both in doubles;
 * testdata/recipes/training_updates.py.
 */
class TrainingUpdateTest {
  private static final NumpyArchive TORCH =
      new NumpyArchive(TrainingUpdateTest.class, "updates.npz");
  private static final List<String> WEIGHTS = List.of("tall", "flat", "vector");
  private static final float RATE = 1f / 128;
  private static final int STEPS = 6;

  /** Both sides compute in doubles. */
  private static final double CLOSE = 1e-13;

  private static final AdamW ADAMW = new AdamW(0.8, 0.95, 1e-3);

  private static TrainingPlan plan(String name) {
    Optimiser optimiser =
        switch (name) {
          case "adamw", "clipped", "accumulated", "averaged" -> ADAMW;
          case "sgd", "sgd_decay" -> new Sgd(0, false);
          case "momentum" -> new Sgd(0.9, false);
          case "nesterov" -> new Sgd(0.9, true);
          case "muon" -> Muon.DEFAULT;
          default -> throw new AssertionError(name);
        };
    return new TrainingPlan(
        List.of(new WeightedLoss("none", new CrossEntropy("none", 0), 1)),
        optimiser,
        List.of(),
        name.equals("sgd") ? 0 : 0.1,
        name.equals("clipped") || name.equals("accumulated")
            ? OptionalDouble.of(3)
            : OptionalDouble.empty(),
        name.equals("accumulated") ? 2 : 1,
        name.equals("averaged") ? OptionalDouble.of(0.75) : OptionalDouble.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adamw",
        "clipped",
        "accumulated",
        "averaged",
        "sgd",
        "sgd_decay",
        "momentum",
        "nesterov",
        "muon"
      })
  void weightsAfterEveryStepAreThoseOfPyTorch(String name) {
    TrainingPlan plan = plan(name);
    boolean isVectorKept = plan.optimiser() == ADAMW;
    // The coefficients of Muon are attributes, which are float32.
    compare(name, plan, isVectorKept ? 0 : plan.decay(), name.equals("muon") ? 1e-8 : CLOSE);
  }

  @Test
  void muonIsThatOfTheLibraryWithinItsSixteenBits() {
    // bfloat16 has 8 bits of a significand; five steps of matrices add up some of its roundings.
    compare("muon_torch", plan("muon"), 0.1, 1e-3);
  }

  private static void compare(String name, TrainingPlan plan, double vectorDecay, double close) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(18));
    Map<String, Value> fed = new LinkedHashMap<>();
    for (String weight : WEIGHTS) {
      long[] shape = TORCH.get("start/" + weight).shape();
      g.input(weight, ElementType.DOUBLE, shape);
      fed.put(weight, g.input("gradient/" + weight, ElementType.DOUBLE, shape));
    }
    g.output("unused", fed.get("vector").plus(0));
    UpdateGraph updates = new UpdateGraph(GraphBuilder.on(g.model()));
    Map<UpdateGraph.Weight, Value> gradients = new LinkedHashMap<>();
    for (String weight : WEIGHTS) {
      boolean isVector = weight.equals("vector");
      gradients.put(
          new UpdateGraph.Weight(
              weight,
              constant(weight),
              isVector ? WeightRole.BIAS : WeightRole.MATRIX,
              1,
              isVector ? vectorDecay : plan.decay()),
          updates.builder().value("gradient/" + weight));
    }
    Map<String, TrainingGraph.Average> averages = TrainingUpdate.add(plan, updates, gradients);
    Map<String, String> successors = new LinkedHashMap<>();
    updates.states().keySet().forEach(state -> successors.put(state, UpdateGraph.output(state)));
    Map<String, Tensor> initial = new LinkedHashMap<>();
    updates.initial().forEach((state, start) -> initial.put(state, InitialTensors.of(start)));
    try (ModelRunner runner = ModelRunner.open(updates.builder().model(), Steps.CPU);
        StatefulRun run = runner.stateful(successors, initial)) {
      for (int i = 0; i < STEPS; i++) {
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        WEIGHTS.forEach(
            weight ->
                feeds.put(
                    "gradient/" + weight,
                    Tensor.allocate(ElementType.DOUBLE, TORCH.get("start/" + weight).shape())));
        int step = i;
        WEIGHTS.forEach(
            weight ->
                feeds
                    .get("gradient/" + weight)
                    .data()
                    .asDoubleBuffer()
                    .put(part("gradient/" + weight, step)));
        feeds.put(UpdateGraph.LEARNING_RATE, Tensor.ofFloats(new float[] {RATE}));
        boolean isApplied = (i + 1) % plan.accumulation() == 0;
        Tensor apply = Tensor.allocate(ElementType.BOOL);
        apply.data().put(0, (byte) (isApplied ? 1 : 0));
        feeds.put(TrainingUpdate.APPLY, apply);
        run.step(feeds, Set.of());
        for (String weight : WEIGHTS) {
          TrainingGraph.Average average =
              averages.getOrDefault(weight, new TrainingGraph.Average(weight, 1));
          double[] found = NumpyArchive.doubles(run.state(average.state()));
          int index = i / plan.accumulation();
          double[] expected =
              isApplied || index > 0
                  ? part(name + "/" + weight, isApplied ? index : index - 1)
                  : TORCH.doubles("start/" + weight);
          for (int k = 0; k < found.length; k++) {
            assertThat(found[k] * average.factor()).isCloseTo(expected[k], within(close));
          }
        }
      }
    }
  }

  private static ConstantTensor constant(String weight) {
    Tensor start = TORCH.get("start/" + weight);
    List<Long> dims = Arrays.stream(start.shape()).boxed().toList();
    return ConstantTensor.ofReals(weight, ElementType.DOUBLE, dims, NumpyArchive.doubles(start));
  }

  /** What belongs to one step. */
  private static double[] part(String name, int step) {
    double[] all = TORCH.doubles(name);
    int count = all.length / (int) TORCH.get(name).dim(0);
    return Arrays.copyOfRange(all, step * count, (step + 1) * count);
  }
}
