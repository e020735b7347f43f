package dev.tailgate.heal.remedy.rotation;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.StatefulRun;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.remedy.rotation.OrthogonalBlocks;
import dev.tailgate.onnx.remedy.rotation.Rotation;
import dev.tailgate.quant.plan.CalibrationContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Learns what comes behind a random rotation by {@link KurtosisDescent}: a fixed number of steps
 * from the identity, of lengths that fall along a cosine, of which the matrix with the least loss
 * is taken. So on the rows it is fitted on it is never worse than the random rotation alone;
 * whether it is better is judged on others. Nothing is drawn: the same rows give the same matrix.
 */
final class RotationLearner {
  static final int STEPS = 100;

  /** Of the first step, as the Frobenius norm of its velocity. */
  private static final double LENGTH = 0.5;

  /** Every so many-th row judges. */
  private static final int JUDGING = 3;

  private final CalibrationContext context;

  RotationLearner(CalibrationContext context) {
    this.context = context;
  }

  /**
   * What was learned.
   *
   * @param rotation the random rotation with the learned matrix behind it
   * @param unturned mean kurtosis of the layers without a rotation, on rows that judge
   * @param before the same with the random one
   * @param after the same with the learned one
   */
  record Learned(Rotation rotation, double unturned, double before, double after) {
    /** Whether it lowers what it was learned for on rows that it was not learned on. */
    boolean helps() {
      return after < before;
    }
  }

  /**
   * Learns.
   *
   * @param rows by layer, equally many of each, as the rotation finds them
   * @param start the rotation to go on from
   * @param size of the blocks, which divides the width
   */
  Learned learn(List<List<double[]>> rows, Rotation start, int size) {
    TurnedRows fitted = TurnedRows.of(part(rows, false), start, size);
    TurnedRows judging = TurnedRows.of(part(rows, true), start, size);
    int blocks = fitted.blocks();
    float[] identity = identity(blocks, size);
    try (ModelRunner runner =
        ModelRunner.open(KurtosisDescent.of(fitted.layers(), blocks, size), context.options())) {
      float[] best = descend(runner, fitted, identity);
      return new Learned(
          start.then(OrthogonalBlocks.nearest(best, size)),
          kurtosis(runner, TurnedRows.asTheyAre(part(rows, true), size), identity),
          kurtosis(runner, judging, identity),
          kurtosis(runner, judging, best));
    }
  }

  private float[] descend(ModelRunner runner, TurnedRows rows, float[] start) {
    float[] best = start;
    double least = Double.POSITIVE_INFINITY;
    float[] blocks = start;
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put(KurtosisDescent.BLOCKS, tensor(start, rows));
    state.put(KurtosisDescent.MOMENTUM, tensor(new float[start.length], rows));
    try (StatefulRun run = runner.stateful(KurtosisDescent.SUCCESSORS, state)) {
      for (int step = 0; step <= STEPS; step++) {
        context.progress().at("learning a rotation", step, STEPS);
        Map<String, Tensor> found =
            run.step(feeds(rows, length(step)), Set.of(KurtosisDescent.LOSS));
        double loss =
            Objects.requireNonNull(found.get(KurtosisDescent.LOSS)).data().asFloatBuffer().get(0);
        // What is lost as a NaN is never better.
        if (loss < least) {
          least = loss;
          best = blocks;
        }
        blocks = run.state(KurtosisDescent.BLOCKS).toFloats();
      }
    }
    return best;
  }

  private static double length(int step) {
    return LENGTH * (1 + Math.cos(Math.PI * step / STEPS)) / 2;
  }

  private static double kurtosis(ModelRunner runner, TurnedRows rows, float[] blocks) {
    Map<String, Tensor> feeds = feeds(rows, 0);
    feeds.put(KurtosisDescent.BLOCKS, tensor(blocks, rows));
    feeds.put(KurtosisDescent.MOMENTUM, tensor(new float[blocks.length], rows));
    Tensor found =
        Objects.requireNonNull(
            runner.run(feeds, Set.of(KurtosisDescent.KURTOSIS)).get(KurtosisDescent.KURTOSIS));
    double sum = 0;
    for (float value : found.toFloats()) {
      sum += value;
    }
    return sum / rows.layers();
  }

  private static Map<String, Tensor> feeds(TurnedRows rows, double length) {
    Map<String, Tensor> feeds = new LinkedHashMap<>();
    feeds.put(KurtosisDescent.ROWS, rows.tensor());
    Tensor scalar = Tensor.allocate(ElementType.FLOAT);
    scalar.data().asFloatBuffer().put((float) length);
    feeds.put(KurtosisDescent.LENGTH, scalar);
    return feeds;
  }

  private static Tensor tensor(float[] blocks, TurnedRows rows) {
    return Tensor.ofFloats(blocks, rows.blocks(), rows.size(), rows.size());
  }

  private static float[] identity(int blocks, int size) {
    float[] values = new float[Math.multiplyExact(blocks, Math.multiplyExact(size, size))];
    for (int i = 0; i < blocks * size; i++) {
      values[i * size + i % size] = 1;
    }
    return values;
  }

  private static List<List<double[]>> part(List<List<double[]>> rows, boolean judging) {
    List<List<double[]>> parts = new ArrayList<>();
    for (List<double[]> layer : rows) {
      List<double[]> part = new ArrayList<>();
      for (int i = 0; i < layer.size(); i++) {
        if ((i % JUDGING == JUDGING - 1) == judging) {
          part.add(layer.get(i));
        }
      }
      parts.add(part);
    }
    return parts;
  }
}
