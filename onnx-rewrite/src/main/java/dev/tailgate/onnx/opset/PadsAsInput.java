package dev.tailgate.onnx.opset;

/** Amounts and what is filled in were attributes. */
final class PadsAsInput implements OpsetRule {
  @Override
  public void write(OldNode old) {
    String pads = old.longs("pads").orElseThrow(() -> old.refusal("amounts", "none"));
    String fill = old.scalar(old.node().floatAttribute("value", 0));
    old.end(old.instead("Pad", old.in(0), pads, fill).attributesOf(old.node(), "pads", "value"));
  }
}
