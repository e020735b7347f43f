/**
 * Metrics: what the numbers in a report mean, and the accumulators of task and agreement metrics.
 *
 * <p>{@link dev.tailgate.stats.metric.Metrics} lists every metric; the glossary is printed from it.
 * Agreement metrics compare a test model, usually the quantized one, with a reference, usually the
 * float one, on the same inputs.
 */
@NullMarked
package dev.tailgate.stats.metric;

import org.jspecify.annotations.NullMarked;
