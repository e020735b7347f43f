package dev.tailgate.lab;

import java.util.List;

/** The one list of experiments. */
public final class Experiments {
  /** All, in the order in which they are made. */
  public static final List<Experiment> ALL =
      List.of(
          new BoundsExperiment(),
          new EnergyExperiment(),
          new FixedPointsExperiment(),
          new RetrievalExperiment(),
          new NoOpExperiment(),
          new CapacityExperiment(),
          new ProtocolExperiment(),
          new MilExperiment(),
          new GeneralizationExperiment());

  private Experiments() {}

  /** Their names. */
  public static List<String> names() {
    return ALL.stream().map(Experiment::id).toList();
  }
}
