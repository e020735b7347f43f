package dev.tailgate.data;

import dev.tailgate.engine.tensor.DataException;
import java.util.List;
import java.util.Optional;

/**
 * How a time series is cut into samples.
 *
 * @param window points that a model reads; 0 takes the model's
 * @param horizon points to forecast; 0 takes the model's
 * @param stride points from one window to the next
 * @param split the part that is cut; empty takes the test part to evaluate on
 * @param columns the channels in order; empty takes every column of numbers
 * @param labelLength known points at the start of a decoder's input; 0 takes what the model's shape
 *     leaves, or half the window
 */
public record SeriesOptions(
    int window,
    int horizon,
    int stride,
    Optional<SeriesSplit> split,
    List<String> columns,
    int labelLength) {
  /** The model's window and horizon, every window. */
  public static final SeriesOptions DEFAULT =
      new SeriesOptions(0, 0, 1, Optional.empty(), List.of(), 0);

  /** Refuses negative lengths and strides below 1. */
  public SeriesOptions {
    columns = List.copyOf(columns);
    if (window < 0 || horizon < 0 || labelLength < 0 || stride < 1) {
      throw DataException.doing("preparing a time series")
          .expected("lengths of 1 or more")
          .found("window %d, horizon %d, stride %d".formatted(window, horizon, stride))
          .fix("Ask for one or more points.");
    }
  }

  /**
   * The part for {@code purpose}. Ranges are calibrated on the validation part, so that nothing of
   * the test part is seen, or on the training part where the validation part is evaluated.
   */
  public SeriesSplit splitFor(DataRequest.Purpose purpose) {
    SeriesSplit evaluated = split.orElse(SeriesSplit.TEST);
    return switch (purpose) {
      case EVALUATION -> evaluated;
      case CALIBRATION -> evaluated == SeriesSplit.VAL ? SeriesSplit.TRAIN : SeriesSplit.VAL;
    };
  }
}
