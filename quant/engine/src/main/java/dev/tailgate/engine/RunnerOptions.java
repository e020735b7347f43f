package dev.tailgate.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * How a session is set up, and when its runs end early.
 *
 * @param provider where to run
 * @param threads intra-operator threads; 0 lets ONNX Runtime choose
 * @param optimization how far the graph may be changed before it runs
 * @param cancelled asked before every run of a model, in the thread that runs it
 * @param customOps native libraries with operators that are not the runtime's own. Loading one runs
 *     its code in this process with all its rights, so that they are named by whoever starts the
 *     run and never by a model
 * @param inFloat32 whether models of 16-bit floats are made to compute in float32 when they are
 *     read; asked by whoever reads them, since a runner takes a model as it is
 */
public record RunnerOptions(
    ExecutionProvider provider,
    int threads,
    Optimization optimization,
    BooleanSupplier cancelled,
    List<Path> customOps,
    boolean inFloat32) {
  /** Graph optimisation. */
  public enum Optimization {
    /** All float fusions; Q/DQ pairs are computed as written and never turned into int8 kernels. */
    FLOAT_ONLY,
    /**
     * The same for steps of training. Memory is not laid out ahead by the run before: batches
     * differ in size, and a layout holds half as much again as the values that live at once.
     */
    STEPS,
    /** Everything, int8 fusion included: what a deployed model does. */
    FULL,
    /** None: for a single short run, where optimising costs more than it saves. */
    NONE;

    /** Whether floats are fused and nothing else. */
    boolean isOfFloats() {
      return this == FLOAT_ONLY || this == STEPS;
    }
  }

  /** Copies the list. */
  public RunnerOptions {
    customOps = List.copyOf(customOps);
  }

  /** A session whose runs nobody but an interrupt of their thread ends. */
  public RunnerOptions(ExecutionProvider provider, int threads, Optimization optimization) {
    this(provider, threads, optimization, () -> false, List.of(), false);
  }

  /** On the CPU in float, with as many threads as ONNX Runtime likes. */
  public static final RunnerOptions DEFAULT =
      new RunnerOptions(ExecutionProvider.CPU, 0, Optimization.FLOAT_ONLY);

  /** The same with another optimisation level. */
  public RunnerOptions with(Optimization level) {
    return new RunnerOptions(provider, threads, level, cancelled, customOps, inFloat32);
  }

  /** The same with the operators of these libraries, see {@link #customOps()}. */
  public RunnerOptions withCustomOps(List<Path> libraries) {
    return new RunnerOptions(provider, threads, optimization, cancelled, libraries, inFloat32);
  }

  /** The same for models of 16-bit floats that are to compute in float32, or as they are. */
  public RunnerOptions withFloat32(boolean wide) {
    return new RunnerOptions(provider, threads, optimization, cancelled, customOps, wide);
  }

  /** The same until {@code ended} says that it is enough, too. */
  public RunnerOptions until(BooleanSupplier ended) {
    return new RunnerOptions(
        provider,
        threads,
        optimization,
        () -> cancelled.getAsBoolean() || ended.getAsBoolean(),
        customOps,
        inFloat32);
  }

  /**
   * Ends what the calling thread does where it is to go no further. An interrupt is left standing,
   * for whoever made the thread.
   *
   * @throws CancellationException where the thread was interrupted, the process ends, or {@link
   *     #cancelled} says so
   */
  public void requireGoingOn() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("The run ends here: its thread was interrupted");
    }
    if (ProcessEnd.hasBegun()) {
      throw new CancellationException("The run ends here: its process does");
    }
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("The run ends here: it was cancelled");
    }
  }
}
