package dev.tailgate.onnx.opset;

/**
 * {@code Upsample} takes the element at {@code floor(i / scale)}, or interpolates at {@code i /
 * scale}.
 */
final class ResizedUpsample implements OpsetRule {
  @Override
  public void write(OldNode old) {
    old.end(
        old.instead("Resize", old.in(0), "", old.in(1))
            .attributesOf(old.node())
            .attribute("coordinate_transformation_mode", "asymmetric")
            .attribute("nearest_mode", "floor"));
  }
}
