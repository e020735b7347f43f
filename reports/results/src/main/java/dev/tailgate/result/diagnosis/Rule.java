package dev.tailgate.result.diagnosis;

import java.util.Optional;

/**
 * Looks for one cause. Stateless; says at most one thing, about the place where it is strongest.
 */
interface Rule {
  Optional<Observation> look(MeasuredModel facts);
}
