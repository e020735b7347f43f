package dev.tailgate.model.hopfield;

import dev.tailgate.onnx.ir.ModelException;

/** Retrieval mode, where projections are identities and widths therefore one. */
final class Identity {
  private Identity() {}

  static void require(boolean isProjected, int width, int... others) {
    for (int other : others) {
      if (!isProjected && other != width) {
        throw ModelException.doing("building a Hopfield layer in retrieval mode")
            .expected("data of the width " + width)
            .found(Integer.toString(other))
            .fix("Project the data, or choose the width of it.");
      }
    }
  }
}
