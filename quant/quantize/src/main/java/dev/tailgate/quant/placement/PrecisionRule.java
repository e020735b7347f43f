package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An exception from a scheme that is not to leave something in float.
 *
 * @param selector the points: activations by tensor, role or block, weights by name, operator or
 *     block
 * @param precision their grid
 */
public record PrecisionRule(Selector selector, Precision precision) {
  /**
   * Reads {@code SELECTOR=PRECISION}.
   *
   * @throws IllegalArgumentException with a sentence for the user, where it is none
   */
  public static PrecisionRule parse(String text) {
    int equals = text.lastIndexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          "An exception is SELECTOR=PRECISION such as role:ffn_act=a16, found '" + text + "'");
    }
    return new PrecisionRule(
        Selector.parse(text.substring(0, equals)), Precision.parse(text.substring(equals + 1)));
  }

  /** In the form {@link #parse} reads. */
  public String text() {
    return selector.text() + "=" + precision.label();
  }

  /** Whether {@code point} is chosen, and is of the kind that the precision is for. */
  public boolean appliesTo(QuantPoint point) {
    return precision.fits(point) && selector.matches(item(point));
  }

  /** What users can call {@code point} by. */
  public static Selector.Item item(QuantPoint point) {
    List<OnnxNode> readers = point.uses().stream().map(use -> use.node()).distinct().toList();
    return new Selector.Item(
        readers.stream().map(OnnxNode::opType).findFirst().or(Optional::empty),
        point.layer(),
        Stream.concat(Stream.of(point.tensor()), readers.stream().map(OnnxNode::name)).toList(),
        point instanceof QuantPoint.Activation ? List.of(point.role()) : List.of());
  }
}
