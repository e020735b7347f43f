package dev.tailgate.cli.command;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether an audit also finds the parts that quantization hurts. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class SensitivityOptions {
  @Option(
      names = "--sensitivity",
      description = {
        "Quantize each layer, site and tensor alone, and all but it, to see which hurts: two runs"
            + " over the samples for each."
      })
  private boolean sensitivity;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      defaultValue = "2m",
      converter = Bounded.Time.class,
      description = {
        "For --sensitivity, such as 90s, 5m or 1h: what is known by then is reported. Default:"
            + " ${DEFAULT-VALUE}."
      })
  private Duration timeLimit;

  /** How long it may take; empty where it is not asked for. */
  Optional<Duration> budget() {
    return sensitivity ? Optional.of(timeLimit) : Optional.empty();
  }
}
