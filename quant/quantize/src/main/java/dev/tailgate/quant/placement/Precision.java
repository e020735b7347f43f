package dev.tailgate.quant.placement;

import java.util.Locale;

/** Finer grids than a scheme's, for the points that need them. */
public enum Precision {
  /** An activation in 16 bits. */
  A16,
  /** A scale for each output channel of a weight. */
  PER_CHANNEL,
  /** A scale for each row of an activation, found anew in every run. */
  PER_TOKEN;

  /** Spelling on the command line and in files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads a label.
   *
   * @throws IllegalArgumentException for anything but a16, per-channel, per-token
   */
  public static Precision parse(String text) {
    for (Precision precision : values()) {
      if (precision.label().equals(text)) {
        return precision;
      }
    }
    throw new IllegalArgumentException(
        "Expected a16, per-channel or per-token, found '" + text + "'");
  }
}
