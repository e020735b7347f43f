package dev.tailgate.heal.precision;

import dev.tailgate.quant.placement.QuantPoint;
import java.util.List;

/**
 * Where an exception can be made: a point, or with placements that are made of products a product
 * with its operands.
 *
 * @param selector chooses it on the command line
 * @param points its points
 */
record ExceptionPlace(String selector, List<QuantPoint> points) {
  /** Copies the points. */
  ExceptionPlace {
    points = List.copyOf(points);
  }

  List<QuantPoint> activations() {
    return points.stream().filter(QuantPoint.Activation.class::isInstance).toList();
  }

  List<QuantPoint> weights() {
    return points.stream().filter(QuantPoint.Weight.class::isInstance).toList();
  }
}
