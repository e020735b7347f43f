package dev.tailgate.quant.calibrate;

import dev.tailgate.stats.Range;
import java.util.List;

/**
 * What one batch says of one point.
 *
 * @param extremes smallest and largest value; empty where the batch has none
 * @param percentiles of the estimators that average them, in their order
 * @param count number of values, without padding and faults
 * @param smallest values that are new in the lower tail
 * @param largest values that are new in the upper tail
 */
record BatchReading(
    Range extremes, List<Range> percentiles, long count, float[] smallest, float[] largest) {}
