package dev.tailgate.result;

/**
 * One tensor that was quantized, with its parameters.
 *
 * @param tensor value name in the user's file
 * @param kind weight or activation
 * @param role what the tensor is in its block
 * @param bits width of the integer grid
 * @param signed whether the grid has negative values
 * @param symmetric whether real zero lies in the middle of the grid
 * @param scale step between grid values; per-channel scales are stated by their largest
 * @param zeroPoint grid value of real zero
 * @param min smallest real value the grid can hold
 * @param max largest real value the grid can hold
 */
public record QuantizedPoint(
    String tensor,
    Kind kind,
    String role,
    int bits,
    boolean signed,
    boolean symmetric,
    double scale,
    long zeroPoint,
    double min,
    double max) {

  /** What a quantized tensor is. */
  public enum Kind {
    /** Known before any run. */
    WEIGHT,
    /** Its range comes from calibration. */
    ACTIVATION
  }

  /** Refuses what cannot be. */
  public QuantizedPoint {
    if (bits < 1 || bits > 32) {
      throw new IllegalArgumentException("point.bits is " + bits + ", expected 1 to 32");
    }
    Require.ordered("point range", min, max);
  }
}
