package dev.tailgate.data.image;

import java.util.Locale;

/**
 * How a resized pixel weighs the pixels around it. The weight depends on the distance in pixels of
 * the smaller picture, so that shrinking averages instead of skipping (antialiasing).
 *
 * <p>Source: R. Keys (1981), doi:10.1109/TASSP.1981.1163711, for the cubic with a = -1/2, as Pillow
 * has it.
 */
public enum ResampleFilter {
  /** w(x) = 1 - |x| for |x| &lt; 1. */
  BILINEAR(1) {
    @Override
    public double weight(double distance) {
      double x = Math.abs(distance);
      return x < 1 ? 1 - x : 0;
    }
  },

  /** w(x) = 1.5|x|^3 - 2.5x^2 + 1 for |x| &lt; 1, -0.5|x|^3 + 2.5x^2 - 4|x| + 2 for |x| &lt; 2. */
  BICUBIC(2) {
    @Override
    public double weight(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return (1.5 * x - 2.5) * x * x + 1;
      }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
  };

  private final double support;

  ResampleFilter(double support) {
    this.support = support;
  }

  /** The weight at {@code distance}; 0 from {@link #support()} on. */
  public abstract double weight(double distance);

  /** Distance from which pixels do not count. */
  public double support() {
    return support;
  }

  /** As options and reports write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
