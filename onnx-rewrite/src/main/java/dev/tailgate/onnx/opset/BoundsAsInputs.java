package dev.tailgate.onnx.opset;

/** Bounds were attributes; one that is left out is the last finite number in either form. */
final class BoundsAsInputs implements OpsetRule {
  @Override
  public void write(OldNode old) {
    old.end(old.instead("Clip", old.in(0), bound(old, "min"), bound(old, "max")));
  }

  private static String bound(OldNode old, String name) {
    return old.node().hasAttribute(name) ? old.scalar(old.node().floatAttribute(name, 0)) : "";
  }
}
