package dev.tailgate.result.compare;

import dev.tailgate.result.RunResult;
import java.util.OptionalDouble;

/**
 * One audit of a model of known origin.
 *
 * @param family models that differ in method and seed only
 * @param method how its attention is normalised and gated
 * @param seed of its training
 * @param result the audit
 * @param timeRatio median time of a batch through the float model as it is deployed, divided by
 *     that of the baseline measured in turn with it; empty where it was not measured
 */
public record MethodRun(
    String family, String method, int seed, RunResult result, OptionalDouble timeRatio) {
  /** A run whose time was not measured. */
  public MethodRun(String family, String method, int seed, RunResult result) {
    this(family, method, seed, result, OptionalDouble.empty());
  }

  /** The same run with its time. */
  public MethodRun timed(double ratio) {
    return new MethodRun(family, method, seed, result, OptionalDouble.of(ratio));
  }

  MethodRun in(String otherFamily) {
    return new MethodRun(otherFamily, method, seed, result, timeRatio);
  }

  MethodRun named(String name) {
    return new MethodRun(family, name, seed, result, timeRatio);
  }
}
