package dev.tailgate.onnx.opset;

/** Coordinates were not shifted by half a pixel, which is stated from opset 16 on. */
final class StatedRoiAlign implements OpsetRule {
  @Override
  public void write(OldNode old) {
    old.end(
        old.instead("RoiAlign", old.in(0), old.in(1), old.in(2))
            .attributesOf(old.node())
            .attribute("coordinate_transformation_mode", "output_half_pixel"));
  }
}
