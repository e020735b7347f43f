package dev.tailgate.data.series;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.Flag;
import dev.tailgate.data.OptionSet;
import dev.tailgate.engine.tensor.DataException;
import java.util.List;
import java.util.Locale;
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
  private static final Flag<Integer> WINDOW =
      Flag.count("--window", "T", 0, "Points a sample, where the model leaves it open.");

  private static final Flag<Integer> HORIZON =
      Flag.count("--horizon", "T", 0, "Points to forecast, where the model leaves it open.");

  private static final Flag<Integer> LABEL_LENGTH =
      Flag.count(
          "--label-length",
          "T",
          0,
          "Known points that a decoder sees. Default: what the model's shape leaves, or half"
              + " the window.");

  private static final Flag<SeriesSplit> SPLIT =
      Flag.choice(
          "--series-split",
          "PART",
          SeriesSplit.values(),
          "The part to evaluate on, %s. Default: test. Scaling is fitted"
              + " on train, ranges are calibrated on val.");

  private static final Flag<Integer> STRIDE =
      Flag.count("--series-stride", "N", 1, "Rows from one window to the next. Default: 1.");

  private static final Flag<List<String>> COLUMNS =
      Flag.list(
          "--series-columns",
          "NAME",
          name -> name,
          "The channels, in order. Default: every column of numbers.");

  /** As users write them. */
  public static final OptionSet<SeriesOptions> SET =
      new OptionSet<>(
          "Time series",
          List.of(WINDOW, HORIZON, LABEL_LENGTH, SPLIT, STRIDE, COLUMNS),
          given ->
              new SeriesOptions(
                  given.get(WINDOW).orElse(0),
                  given.get(HORIZON).orElse(0),
                  given.get(STRIDE).orElse(1),
                  given.get(SPLIT),
                  given.get(COLUMNS).orElse(List.of()),
                  given.get(LABEL_LENGTH).orElse(0)));

  /** The model's window and horizon, every window. */
  public static final SeriesOptions DEFAULT = SET.defaults();

  /** Refuses negative lengths and strides below 1. */
  public SeriesOptions {
    columns = List.copyOf(columns);
    if (window < 0 || horizon < 0 || labelLength < 0 || stride < 1) {
      throw DataException.doing("preparing a time series")
          .expected("lengths of 1 or more")
          .found(
              String.format(
                  Locale.ROOT, "window %d, horizon %d, stride %d", window, horizon, stride))
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
