package dev.tailgate.onnx.opset;

/** How many are taken was an attribute. */
final class CountAsInput implements OpsetRule {
  @Override
  public void write(OldNode old) {
    String count = old.ops().longs(old.node().intAttribute("k", 0));
    old.end(old.instead("TopK", old.in(0), count).attributesOf(old.node(), "k"));
  }
}
