package dev.tailgate.quant.data;

/**
 * How a time series is cut into samples.
 *
 * @param window points a sample; 0 takes the model's
 * @param horizon points to forecast; 0 takes the model's
 * @param stride points from one window to the next
 */
public record SeriesOptions(int window, int horizon, int stride) {
  /** The model's window and horizon, every window. */
  public static final SeriesOptions DEFAULT = new SeriesOptions(0, 0, 1);
}
