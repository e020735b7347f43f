package dev.tailgate.quant.calibrate;

/** Calibration data that gives no usable range. */
public final class CalibrationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message names the tensor, what was found, and what to do. */
  public CalibrationException(String message) {
    super(message);
  }
}
