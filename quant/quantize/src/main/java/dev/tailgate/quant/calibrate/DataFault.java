package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.ir.Printable;

/**
 * Values that calibration met and left out of a range.
 *
 * @param tensor value name in the user's file
 * @param kind what they are
 * @param count how many elements, padding not counted
 * @param firstSample index in the data set of the first sample with one; of the first sample of its
 *     batch where the tensor has no sample axis
 * @param example one of the values
 */
public record DataFault(String tensor, Kind kind, long count, long firstSample, double example) {
  /** One sentence, for reports. */
  public String inWords() {
    return Printable.of(tensor)
        + " holds "
        + count
        + " values "
        + kind.label()
        + (kind == Kind.MASK_FILL ? " such as " + example : "")
        + " in calibration, first in sample "
        + firstSample
        + "; they are left out of its range.";
  }

  /** Kinds of faults, in the order in which they are reported. */
  public enum Kind {
    NAN("NaN"),
    POSITIVE_INFINITY("+Inf"),
    NEGATIVE_INFINITY("-Inf"),
    MASK_FILL("mask fill");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** The word for it in reports. */
    public String label() {
      return label;
    }
  }
}
