package dev.tailgate.lab;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.model.Layers;
import dev.tailgate.model.Net;
import dev.tailgate.model.hopfield.OutEffHop;
import dev.tailgate.model.hopfield.OutEffHopPooling;
import dev.tailgate.model.hopfield.Retrieval;
import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.train.graph.TrainingPlan;
import dev.tailgate.train.loop.LoopPlan;
import dev.tailgate.train.loop.Trained;
import dev.tailgate.train.loop.Training;
import dev.tailgate.train.loop.TrainingLoop;
import dev.tailgate.train.loss.CrossEntropy;
import dev.tailgate.train.loss.WeightedLoss;
import dev.tailgate.train.optimiser.AdamW;
import dev.tailgate.train.optimiser.Schedule;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A classifier of sets of vectors: a hidden layer, optionally an association of the set with
 * itself, pooling, and a linear map to the classes.
 *
 * @param pooling what pools; empty takes the mean
 * @param associates whether vectors of a set are associated before that
 * @param hidden channels of the hidden layer, a multiple of {@code heads}
 */
record Classifier(
    Optional<Separation> pooling, boolean associates, int hidden, int heads, int classes) {
  private static final String LOGITS = "logits";

  /**
   * How it is trained.
   *
   * @param steps updates
   * @param batch sets of one
   * @param rate the largest learning rate
   * @param decay weight decay
   */
  record Steps(int steps, int batch, double rate, double decay) {}

  /** The name in tables. */
  String label() {
    return pooling.map(Separation::label).orElse("mean");
  }

  /** The model with fresh weights. */
  OnnxModel build(int largest, int width, long seed) {
    Net net = Net.of(seed);
    Dim batch = Dim.of("batch");
    Value x =
        net.graph().input(Examples.SET, ElementType.FLOAT, batch, Dim.of(largest), Dim.of(width));
    Value closed = net.graph().input(Examples.CLOSED, ElementType.FLOAT, batch, Dim.of(largest));
    Value mask = closed.unsqueeze(1, 2);
    Value h = Layers.torchLinear(net.at("hidden"), x, width, hidden).relu();
    Separation separation = pooling.orElse(Separation.SOFTMAX);
    Retrieval retrieval = Retrieval.attention(separation, hidden, heads);
    if (associates) {
      h =
          h.plus(
              new OutEffHop(hidden, hidden, retrieval, true)
                  .of(net.at("association"), h, h, Optional.of(mask)));
    }
    Value pooled =
        pooling.isPresent()
            ? new OutEffHopPooling(1, hidden, retrieval, true)
                .of(net.at("pooling"), h, Optional.of(mask))
                .reshape(0, hidden)
            : mean(h, closed);
    Value logits = Layers.torchLinear(net.at("head"), pooled, hidden, classes);
    return net.output(LOGITS, logits, batch, Dim.of(classes));
  }

  /** Over the vectors that are there: their {@code closed} is 0, that of others -1e9. */
  private static Value mean(Value h, Value closed) {
    Value open = closed.exp().unsqueeze(2);
    return h.times(open).sum(1).over(open.sum(1)).squeeze(1);
  }

  /** Trains on {@code data} and gives the logits of each of {@code asked}, {@code [n][classes]}. */
  List<double[][]> trained(
      Examples data, List<Examples> asked, Steps steps, long seed, RunnerOptions options) {
    OnnxModel model = build(data.room(), data.width(), seed);
    TrainingPlan plan =
        new TrainingPlan(
            List.of(new WeightedLoss("loss", new CrossEntropy(LOGITS, 0), 1)),
            AdamW.DEFAULT,
            List.of(TrainingPlan.WITHOUT_DECAY),
            steps.decay(),
            OptionalDouble.of(5),
            1,
            OptionalDouble.empty());
    Schedule schedule =
        new Schedule(Schedule.Shape.COSINE, steps.rate(), steps.steps() / 10, steps.steps(), 0);
    int batch = Math.min(steps.batch(), (int) data.samples());
    Training training =
        new Training(
            model,
            Optional.empty(),
            data,
            Optional.empty(),
            plan,
            new LoopPlan(schedule, batch, seed, steps.steps(), 0, 0),
            options,
            Optional.empty());
    try (Trained done = TrainingLoop.run(training, RunProgress.SILENT);
        ModelRunner runner = ModelRunner.open(done.model(), options)) {
      return asked.stream().map(part -> logits(runner, part)).toList();
    }
  }

  private double[][] logits(ModelRunner runner, Examples data) {
    double[][] all = new double[(int) data.samples()][];
    int at = 0;
    Iterator<Batch> batches = data.batches();
    while (batches.hasNext()) {
      Batch batch = batches.next();
      Tensor found = Objects.requireNonNull(runner.run(batch.inputs(), Set.of(LOGITS)).get(LOGITS));
      Elements.Reader reader = Elements.reader(found);
      for (int row = 0; row < batch.samples(); row++) {
        double[] each = new double[classes];
        for (int c = 0; c < classes; c++) {
          each[c] = reader.get(row * classes + c);
        }
        all[at++] = each;
      }
    }
    return all;
  }
}
