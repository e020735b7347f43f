/**
 * The accumulators of task and agreement metrics, and intervals of what they give. What each metric
 * is stands in one list, {@code dev.tailgate.result.metric}. Agreement metrics compare a test
 * model, usually the quantized one, with a reference, usually the float one, on the same inputs.
 */
@NullMarked
package dev.tailgate.stats.metric;

import org.jspecify.annotations.NullMarked;
