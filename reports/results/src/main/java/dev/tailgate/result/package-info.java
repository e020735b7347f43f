/**
 * What one audit found, as plain immutable records.
 *
 * <p>A {@link dev.tailgate.result.RunResult} is the only thing a report, a comparison or a gate
 * reads. The records know no file format: the JSON form is made from the component names by the
 * {@code reports} module. Doubles may be NaN or infinite wherever a number can be undefined.
 */
@NullMarked
package dev.tailgate.result;

import org.jspecify.annotations.NullMarked;
