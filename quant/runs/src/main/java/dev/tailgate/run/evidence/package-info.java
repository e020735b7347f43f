/**
 * Measures what a diagnosis rests on: which channels and tokens hold the fourth moment, where heads
 * look and what they pass on, how grids fit.
 */
@NullMarked
package dev.tailgate.run.evidence;

import org.jspecify.annotations.NullMarked;
