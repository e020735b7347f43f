/**
 * Verifies rewritten attention by numbers, fits sink logits to data, and reads trained parameters.
 */
@NullMarked
package dev.tailgate.run.rewrite;

import org.jspecify.annotations.NullMarked;
