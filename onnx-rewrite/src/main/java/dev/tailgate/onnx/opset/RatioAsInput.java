package dev.tailgate.onnx.opset;

import java.util.List;

/**
 * The ratio was an attribute. Both forms pass their input on as it is where nothing asks for
 * training. The mask has another type, or other values, and is not written.
 */
final class RatioAsInput implements OpsetRule {
  private static final float DEFAULT = 0.5f;

  @Override
  public void write(OldNode old) {
    if (old.isUsed(1)) {
      throw old.refusal("a dropout of inference", "a mask that is used");
    }
    String ratio = old.ops().scalar(old.node().floatAttribute("ratio", DEFAULT));
    old.end(old.instead("Dropout", old.in(0), ratio), List.of(old.node().output(0)));
  }
}
