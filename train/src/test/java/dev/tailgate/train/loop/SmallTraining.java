package dev.tailgate.train.loop;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.NpzFile;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.train.graph.TrainingPlan;
import dev.tailgate.train.loss.MeanError;
import dev.tailgate.train.loss.WeightedLoss;
import dev.tailgate.train.optimiser.Schedule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A network of two layers that learns a function of four numbers from 60 samples. */
final class SmallTraining {
  static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY);

  private static final int HIDDEN = 16;

  private SmallTraining() {}

  /** {@code y = relu(x a + b) c + d}. */
  static OnnxModel model(int opset) {
    Random random = new Random(3);
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(opset));
    Value x = g.input("x", ElementType.FLOAT, Dim.of("n"), Dim.of(4));
    Value hidden =
        x.matMul(weight(g, "a", random, 4, HIDDEN)).plus(weight(g, "b", random, HIDDEN)).op("Relu");
    Value y =
        hidden
            .of(ElementType.FLOAT)
            .matMul(weight(g, "c", random, HIDDEN, 1))
            .plus(weight(g, "d", random, 1));
    return g.output("y", y).model();
  }

  private static Value weight(GraphBuilder g, String name, Random random, long... dims) {
    int count = 1;
    for (long dim : dims) {
      count *= Math.toIntExact(dim);
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() / 2);
    }
    return g.constant(ConstantTensor.ofFloats(name, Arrays.stream(dims).boxed().toList(), values));
  }

  /** {@code n} samples of {@code y = x0 x1 + |x2| - x3}. */
  static DataSource data(OnnxModel model, Path file, int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[4 * n];
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < 4; j++) {
        x[4 * i + j] = (float) random.nextGaussian();
      }
      y[i] = x[4 * i] * x[4 * i + 1] + Math.abs(x[4 * i + 2]) - x[4 * i + 3];
    }
    new NpzFile()
        .with("x", Tensor.ofFloats(x, n, 4))
        .with("labels", Tensor.ofFloats(y, n, 1))
        .write(file);
    return DataSources.open(
        model, new DataRequest(Optional.of(file), Optional.empty(), n, 8, 1, 0));
  }

  static TrainingPlan plan() {
    return TrainingPlan.of(
        List.of(
            new WeightedLoss(
                "error",
                new MeanError("y", "labels", MeanError.Power.SQUARED, Optional.empty()),
                1)));
  }

  static LoopPlan loop(long steps) {
    return new LoopPlan(new Schedule(Schedule.Shape.COSINE, 0.02, 5, steps, 0), 8, 1, 10, 0, 7);
  }

  /** Sixty samples to train on, twenty held out. */
  static Training training(Path folder, long steps, Optional<Training.Checkpoints> checkpoints) {
    OnnxModel model = model(18);
    return new Training(
        model,
        Optional.empty(),
        data(model, folder.resolve("train.npz"), 60, 1),
        Optional.of(data(model, folder.resolve("heldout.npz"), 20, 2)),
        plan(),
        loop(steps),
        CPU,
        checkpoints);
  }
}
