package dev.tailgate.onnx.opset;

/** An odd padding that is not stated lies on the other side; stated padding is the same. */
final class StatedPadding implements OpsetRule {
  @Override
  public void write(OldNode old) {
    String automatic = old.node().stringAttribute("auto_pad", "NOTSET");
    if (automatic.startsWith("SAME") || old.node().hasAttribute("output_shape")) {
      throw old.refusal("padding by numbers", "padding from the shape of its output");
    }
  }
}
