package dev.tailgate.quant.placement;

import dev.tailgate.onnx.role.TapRole;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Finer grids than a scheme's, for the points that need them; the cheapest first. */
public enum Precision {
  /** An activation on the range of least squared error, where the scheme's bits stay. */
  MSE,
  /** A scale for each output channel of a weight. */
  PER_CHANNEL,
  /** The outlier channels of an activation in scales of their own; the bits stay. */
  OWN_SCALE,
  /** A scale for each row of an activation, found anew in every run. */
  PER_TOKEN,
  /** An activation in 16 bits. */
  A16;

  private static final Set<String> WITHOUT_CHANNELS =
      Set.of(TapRole.ATTN_SCORES.label(), TapRole.ATTN_PROBS.label());

  /** Spelling on the command line and in files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Whether it is for points of the kind of {@code point}. Scores and probabilities of attention
   * have keys along their last axis and no channels.
   */
  public boolean fits(QuantPoint point) {
    if ((point instanceof QuantPoint.Weight) != (this == PER_CHANNEL)) {
      return false;
    }
    return this != OWN_SCALE || (point.rank() > 1 && !WITHOUT_CHANNELS.contains(point.role()));
  }

  /**
   * Reads a label.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Precision parse(String text) {
    for (Precision precision : values()) {
      if (precision.label().equals(text)) {
        return precision;
      }
    }
    String known = Arrays.stream(values()).map(Precision::label).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("Expected one of " + known + ", found '" + text + "'");
  }
}
