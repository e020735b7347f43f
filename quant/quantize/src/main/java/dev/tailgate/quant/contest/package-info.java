/**
 * Contests: models that run over the same batches while observers watch. The engine opens and
 * closes the sessions, reads each batch once and drops what came of it; scores, agreement, times
 * and progress are what observers make of a round.
 */
@NullMarked
package dev.tailgate.quant.contest;

import org.jspecify.annotations.NullMarked;
