package dev.tailgate.onnx.opset;

import java.util.Optional;

/**
 * The sizes of the parts were an attribute; where there are none, the number of parts is stated.
 */
final class PartsAsInput implements OpsetRule {
  @Override
  public void write(OldNode old) {
    Optional<String> sizes = old.longs("split");
    if (sizes.isPresent()) {
      old.end(old.instead("Split", old.in(0), sizes.get()).attributesOf(old.node(), "split"));
    } else if (!old.has(1)) {
      old.end(
          old.instead("Split", old.in(0))
              .attributesOf(old.node())
              .attribute("num_outputs", old.node().outputs().size()));
    }
  }
}
