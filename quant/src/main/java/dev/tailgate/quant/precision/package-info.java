/** Mixed precision: the cheapest exceptions from a scheme that keep a bound on the task metric. */
@NullMarked
package dev.tailgate.quant.precision;

import org.jspecify.annotations.NullMarked;
