package dev.tailgate.heal.remedy.rounding;

/** A way to choose the numbers of a layer's weights. Stateless. */
interface LayerRounding {
  /** Numbers of the grid, {@code [out, in]}, for inputs with these moments. */
  float[] codes(LayerGrid grid, Gram gram);

  /** Why it cannot round to {@code grid}; empty text where it can. */
  default String refusal(LayerGrid grid) {
    return "";
  }
}
