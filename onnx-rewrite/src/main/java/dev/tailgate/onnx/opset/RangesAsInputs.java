package dev.tailgate.onnx.opset;

/** Starts, ends and axes were attributes; axes that are left out are the first ones. */
final class RangesAsInputs implements OpsetRule {
  @Override
  public void write(OldNode old) {
    String starts = old.longs("starts").orElseThrow(() -> old.refusal("starts", "none"));
    String ends = old.longs("ends").orElseThrow(() -> old.refusal("ends", "none"));
    old.end(old.instead("Slice", old.in(0), starts, ends, old.longs("axes").orElse("")));
  }
}
