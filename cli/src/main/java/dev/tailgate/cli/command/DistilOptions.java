package dev.tailgate.cli.command;

import dev.tailgate.run.cure.Objective;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a cure makes small beside the distance from the original. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DistilOptions {
  @Option(
      names = "--penalty",
      split = ",",
      paramLabel = "KIND=W",
      converter = PenaltyConverter.class,
      description = {
        "Make outliers of the measured activations small, too, with factor W: kurtosis (above 3, or"
            + " kurtosis:1.8=W above 1.8), inf-norm, or power:THRESHOLD, the mean of"
            + " (|x| / THRESHOLD)^4. kurtosis=0 makes none. Default:"
            + " kurtosis=0.1,inf-norm=0.005."
      })
  private List<Objective.Penalty> penalties = Objective.DEFAULT.penalties();

  @Option(
      names = "--hidden",
      paramLabel = "W",
      defaultValue = "0",
      description = {
        "Factor of the error of block outputs against the original's, as a share of their size. It"
            + " keeps outliers of the original, too. Default: ${DEFAULT-VALUE}."
      })
  private double hidden;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "1",
      description = "At which logits are compared with the original's. Default: ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--task-loss",
      paramLabel = "W",
      defaultValue = "1",
      description = {
        "Factor of the loss against labels, where the data has labels of classes, tokens or numbers."
            + " Default: ${DEFAULT-VALUE}."
      })
  private double task;

  /**
   * What is made small.
   *
   * @throws IllegalArgumentException for factors that are no sizes
   */
  Objective objective() {
    return new Objective(temperature, hidden, task, penalties);
  }

  /** {@code KIND=W}. */
  static final class PenaltyConverter implements ITypeConverter<Objective.Penalty> {
    @Override
    public Objective.Penalty convert(String value) {
      try {
        return Objective.Penalty.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
