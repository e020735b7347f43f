package dev.tailgate.engine;

/**
 * How a session is set up.
 *
 * @param provider where to run
 * @param threads intra-operator threads; 0 lets ONNX Runtime choose
 * @param optimization how far the graph may be changed before it runs
 */
public record RunnerOptions(ExecutionProvider provider, int threads, Optimization optimization) {
  /** Graph optimisation. */
  public enum Optimization {
    /** All float fusions; Q/DQ pairs are computed as written and never turned into int8 kernels. */
    FLOAT_ONLY,
    /** Everything, int8 fusion included: what a deployed model does. */
    FULL,
    /** None: for a single short run, where optimising costs more than it saves. */
    NONE
  }

  /** On the CPU in float, with as many threads as ONNX Runtime likes. */
  public static final RunnerOptions DEFAULT =
      new RunnerOptions(ExecutionProvider.CPU, 0, Optimization.FLOAT_ONLY);

  /** The same with another optimisation level. */
  public RunnerOptions with(Optimization level) {
    return new RunnerOptions(provider, threads, level);
  }
}
