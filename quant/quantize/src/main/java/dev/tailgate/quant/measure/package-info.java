/** Collects what the taps of an instrumented model put out. */
@NullMarked
package dev.tailgate.quant.measure;

import org.jspecify.annotations.NullMarked;
