/** Mixed precision: the cheapest exceptions from a scheme that keep a bound on the task metric. */
@NullMarked
package dev.tailgate.heal.precision;

import org.jspecify.annotations.NullMarked;
