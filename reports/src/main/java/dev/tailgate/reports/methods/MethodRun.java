package dev.tailgate.reports.methods;

import dev.tailgate.stats.result.RunResult;

/**
 * One audit of a model of known origin.
 *
 * @param family models that differ in method and seed only
 * @param method how its attention is normalised and gated
 * @param seed of its training
 */
public record MethodRun(String family, String method, int seed, RunResult result) {}
