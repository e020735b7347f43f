package dev.tailgate.quant.contest;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.TapReadings;
import dev.tailgate.quant.measure.TapRun;
import java.util.Map;
import java.util.Set;

/**
 * What takes part in a {@link Contest}. Nothing is loaded before the contest opens it.
 *
 * @param name by which observers find it in a {@link Round}
 * @param opening how it gets its sessions
 */
public record Contestant(String name, Opening opening) {
  /** Loads a contestant. */
  public interface Opening {
    /** The runner belongs to the caller. */
    @MustBeClosed
    BatchRunner open();
  }

  /** A model as it is, of which {@code outputs} are read. */
  @SuppressWarnings("MustBeClosed") // whoever opens the contestant closes it
  public static Contestant of(
      String name, OnnxModel model, Set<String> outputs, RunnerOptions options) {
    return new Contestant(name, () -> new Session(ModelRunner.open(model, options), outputs));
  }

  /**
   * A model with taps, which {@code readings} take in; {@code outputs} are read as of any other.
   */
  @SuppressWarnings("MustBeClosed") // whoever opens the contestant closes it
  public static Contestant measured(
      String name, TapReadings readings, Set<String> outputs, RunnerOptions options) {
    return new Contestant(name, () -> new Measured(TapRun.open(readings, options), outputs));
  }

  /** The same, given {@code batch} in every round: for inputs of its own. */
  @SuppressWarnings("MustBeClosed") // whoever opens the contestant closes it
  public Contestant on(Batch batch) {
    return new Contestant(name, () -> new Fixed(opening.open(), batch));
  }

  private record Session(ModelRunner runner, Set<String> outputs) implements BatchRunner {
    @Override
    public Map<String, Tensor> run(Batch batch) {
      return runner.run(batch.inputs(), outputs);
    }

    @Override
    public void close() {
      runner.close();
    }
  }

  private record Measured(TapRun run, Set<String> outputs) implements BatchRunner {
    @Override
    public Map<String, Tensor> run(Batch batch) {
      return run.accept(batch, outputs);
    }

    @Override
    public void close() {
      run.close();
    }
  }

  private record Fixed(BatchRunner runner, Batch only) implements BatchRunner {
    @Override
    public Map<String, Tensor> run(Batch batch) {
      return runner.run(only);
    }

    @Override
    public void close() {
      runner.close();
    }
  }
}
