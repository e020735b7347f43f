package dev.tailgate.train.loop;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.stats.metric.Direction;

/**
 * The score of models on held-out samples: the metric of the task where there are labels, otherwise
 * how near outputs are to the teacher's, or to those of the model before training, in dB.
 */
final class HeldOutScore implements AutoCloseable {
  private static final String SQNR = "sqnr";

  private final TrialRunner trials;

  private HeldOutScore(TrialRunner trials) {
    this.trials = trials;
  }

  /** Runs {@code reference}, the teacher where there is one. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // closed by close()
  static HeldOutScore open(OnnxModel reference, DataSource data, RunnerOptions options) {
    return new HeldOutScore(TrialRunner.open(reference, data, options, RunProgress.SILENT));
  }

  /** What the score is called. */
  String metric() {
    return trials.original().headline().map(metric -> metric.spec().id()).orElse(SQNR);
  }

  /** Which way it improves. */
  Direction direction() {
    return trials.original().direction();
  }

  /** The score of {@code model}. */
  double of(OnnxModel model) {
    return trials.run(model).score();
  }

  @Override
  public void close() {
    trials.close();
  }
}
