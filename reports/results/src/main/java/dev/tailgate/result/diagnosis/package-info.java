/** From measured facts to a short ordered list of what goes with the damage and what to do. */
@NullMarked
package dev.tailgate.result.diagnosis;

import org.jspecify.annotations.NullMarked;
