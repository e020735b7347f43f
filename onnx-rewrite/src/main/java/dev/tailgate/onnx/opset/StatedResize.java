package dev.tailgate.onnx.opset;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.NodeDraft;

/**
 * {@code Resize}. In opset 10 it took the element at {@code i / scale}, rounded down where it grows
 * and, in ONNX Runtime, up where it shrinks, or interpolated there. From 11 on this is stated; from
 * 13 on scales are left out where sizes are given, and coordinates of TensorFlow's nearest
 * neighbour are gone.
 */
final class StatedResize implements OpsetRule {
  private static final String MAPPING = "coordinate_transformation_mode";
  private static final int MOST_AXES = 64;

  @Override
  public void write(OldNode old) {
    if (old.opset() == 10) {
      NodeDraft node =
          old.instead("Resize", old.in(0), "", old.in(1))
              .attributesOf(old.node())
              .attribute(MAPPING, "asymmetric");
      boolean isNearest = old.node().stringAttribute("mode", "nearest").equals("nearest");
      old.end(isNearest ? node.attribute("nearest_mode", rounding(old)) : node);
      return;
    }
    String mapping = old.node().stringAttribute(MAPPING, "half_pixel");
    if (mapping.equals("tf_half_pixel_for_nn")) {
      throw old.refusal("coordinates that opset 13 still has", MAPPING + " " + mapping);
    }
    if (old.has(3)) {
      String region = mapping.equals("tf_crop_and_resize") ? old.in(1) : "";
      old.end(old.instead("Resize", old.in(0), region, "", old.in(3)).attributesOf(old.node()));
    }
  }

  private static String rounding(OldNode old) {
    ConstantTensor scales =
        old.constant(1).orElseThrow(() -> old.refusal("constant scales", "scales of a run"));
    boolean grows = true;
    boolean shrinks = true;
    for (double scale : scales.toDoubles(MOST_AXES)) {
      grows &= scale >= 1;
      shrinks &= scale <= 1;
    }
    if (!grows && !shrinks) {
      throw old.refusal("scales that all grow or all shrink", "some of each");
    }
    return grows ? "floor" : "ceil";
  }
}
