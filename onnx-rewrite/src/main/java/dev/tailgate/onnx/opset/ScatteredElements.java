package dev.tailgate.onnx.opset;

/** {@code Scatter} is {@code ScatterElements}. */
final class ScatteredElements implements OpsetRule {
  @Override
  public void write(OldNode old) {
    old.end(
        old.instead("ScatterElements", old.in(0), old.in(1), old.in(2)).attributesOf(old.node()));
  }
}
