package dev.tailgate.heal.sensitivity;

import dev.tailgate.quant.placement.QuantPoint;
import java.util.List;

/**
 * A part of a model that is quantized or left out as a whole.
 *
 * @param level how large it is
 * @param label its name for people
 * @param layer the block it belongs to, from 0; -1 outside the blocks
 * @param kind which of its points are meant
 * @param points those points, weights first
 */
record Part(Level level, String label, int layer, Kind kind, List<QuantPoint> points) {
  /** Copies the points. */
  Part {
    points = List.copyOf(points);
  }

  /** Sizes of parts, in the order in which they are looked at. */
  enum Level {
    /** A block, or what is outside the blocks. */
    LAYER("layer"),
    /** Attention, feed-forward or residual stream of a block. */
    SITE("site"),
    /** One tensor. */
    TAP("tap");

    private final String label;

    Level(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** Kinds of points. */
  enum Kind {
    /** All. */
    BOTH("both"),
    /** Weights only. */
    WEIGHTS("weights"),
    /** Activations only. */
    ACTIVATIONS("activations");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  List<String> tensors() {
    return points.stream().map(QuantPoint::tensor).toList();
  }
}
