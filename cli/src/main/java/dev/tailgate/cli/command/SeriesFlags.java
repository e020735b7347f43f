package dev.tailgate.cli.command;

import dev.tailgate.data.SeriesOptions;
import dev.tailgate.data.SeriesSplit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a time series is cut into samples. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class SeriesFlags {
  @Option(
      names = "--window",
      paramLabel = "T",
      defaultValue = "0",
      converter = Bounded.CountOrZero.class,
      description = "Series: points a sample, where the model leaves it open.")
  private int window;

  @Option(
      names = "--horizon",
      paramLabel = "T",
      defaultValue = "0",
      converter = Bounded.CountOrZero.class,
      description = "Series: points to forecast, where the model leaves it open.")
  private int horizon;

  @Option(
      names = "--label-length",
      paramLabel = "T",
      defaultValue = "0",
      converter = Bounded.CountOrZero.class,
      description = {
        "Series: known points that a decoder sees. Default: what the model's shape leaves, or half"
            + " the window."
      })
  private int labelLength;

  @Option(
      names = "--series-split",
      paramLabel = "PART",
      converter = Choice.SeriesSplits.class,
      completionCandidates = Choice.SeriesSplits.class,
      description = {
        "Series: the part to evaluate on, ${COMPLETION-CANDIDATES}. Default: test. Scaling is"
            + " fitted on train, ranges are calibrated on val."
      })
  private Optional<String> split;

  @Option(
      names = "--series-stride",
      paramLabel = "N",
      defaultValue = "1",
      converter = Bounded.Count.class,
      description = "Series: rows from one window to the next. Default: ${DEFAULT-VALUE}.")
  private int stride;

  @Option(
      names = "--series-columns",
      paramLabel = "NAME",
      split = ",",
      description = "Series: the channels, in order. Default: every column of numbers.")
  private List<String> columns;

  /** What is asked for. */
  SeriesOptions options() {
    return new SeriesOptions(
        window,
        horizon,
        stride,
        split.map(s -> SeriesSplit.valueOf(s.toUpperCase(Locale.ROOT))),
        columns == null ? List.of() : columns,
        labelLength);
  }
}
