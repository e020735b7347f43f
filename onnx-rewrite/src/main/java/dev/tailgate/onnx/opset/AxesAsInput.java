package dev.tailgate.onnx.opset;

/** Axes that were an attribute; without them the operator means all axes in either form. */
final class AxesAsInput implements OpsetRule {
  @Override
  public void write(OldNode old) {
    old.longs("axes")
        .ifPresent(
            axes ->
                old.end(
                    old.instead(old.node().opType(), old.in(0), axes)
                        .attributesOf(old.node(), "axes")));
  }
}
