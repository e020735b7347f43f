package dev.tailgate.run.heal;

import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.heal.precision.ExceptionSearch;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.quant.plan.QuantizationSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What to heal and how.
 *
 * @param model the ONNX file
 * @param out the file to write; empty looks and writes none
 * @param taps preset of the activations that are looked at for outliers
 * @param samples data; calibration data apart, or a third of it
 * @param settings how the model is to be quantized
 * @param treatment which remedies
 * @param sensitivity whether parts are measured one by one
 * @param maxDrop the loss that exceptions are searched for; empty searches none
 * @param kinds exceptions that may be made
 * @param timeLimit time for sensitivity, and again for the search
 * @param options where and how models run
 */
public record HealRequest(
    Path model,
    Optional<Path> out,
    String taps,
    Samples samples,
    QuantizationSettings settings,
    Treatment treatment,
    boolean sensitivity,
    Optional<MaxDrop> maxDrop,
    ExceptionSearch.Kinds kinds,
    Optional<Duration> timeLimit,
    RunnerOptions options) {
  /**
   * Remedies to try.
   *
   * @param rounds remedies in order
   * @param keep which of them stay
   */
  public record Treatment(List<List<Remedy>> rounds, Keep keep) {
    /** No remedies. */
    public static final Treatment NONE = new Treatment(List.of(), Keep.HELPFUL);

    /** Copies the lists. */
    public Treatment {
      rounds = rounds.stream().map(List::copyOf).toList();
    }

    /** What stays for the remedies after it. */
    public enum Keep {
      /** Of each round the remedy that helps most. */
      HELPFUL,
      /** Every remedy, helpful or not. */
      ALL,
      /** None: each is tried on the original. */
      NONE
    }
  }
}
