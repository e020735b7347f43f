package dev.tailgate.onnx.ir;

import org.jspecify.annotations.Nullable;

/**
 * A graph that nodes of a flat model lie in: the main graph, or one branch of a choice.
 *
 * @param outer where the choice lies; null for the main graph
 * @param choice index of the choice among the nodes; -1 for the main graph
 * @param branch 0 or 1
 * @param depth 0 for the main graph
 */
record BranchPlace(@Nullable BranchPlace outer, int choice, int branch, int depth) {
  static final BranchPlace MAIN = new BranchPlace(null, -1, 0, 0);

  BranchPlace inside(int choiceIndex, int which) {
    return new BranchPlace(this, choiceIndex, which, depth + 1);
  }

  /** Whether this is {@code other} or lies in it. */
  boolean isWithin(BranchPlace other) {
    BranchPlace at = this;
    while (at.outer != null && at.depth > other.depth) {
      at = at.outer;
    }
    return at.equals(other);
  }

  /** The innermost place that both lie in. */
  BranchPlace common(BranchPlace other) {
    BranchPlace at = this;
    while (at.outer != null && !other.isWithin(at)) {
      at = at.outer;
    }
    return at;
  }

  /** The inner one of two places of which one lies in the other; else what is common to both. */
  BranchPlace innerOf(BranchPlace other) {
    return isWithin(other) ? this : other.isWithin(this) ? other : common(other);
  }
}
