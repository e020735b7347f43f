package dev.tailgate.run.heal;

import dev.tailgate.data.Amount;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.heal.precision.ExceptionSearch;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What to heal and how. Begin with {@link #of}, and change what should be different.
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
 * @param report the folder for {@code heal.json}, which is there from the first number on; empty
 *     for none
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
    RunnerOptions options,
    Optional<Path> report) {
  /**
   * The defaults of {@code tailgate heal MODEL}: measures for two minutes which parts quantizing
   * hurts, in W8A8 as an audit simulates it, and tries nothing.
   */
  public static HealRequest of(Path model) {
    return new HealRequest(
        model,
        Optional.empty(),
        "auto",
        Samples.DEFAULT.with(Amount.Budget.SMALL),
        QuantizationSettings.PAPERS,
        Treatment.NONE,
        true,
        Optional.empty(),
        ExceptionSearch.Kinds.ALL,
        Optional.of(Duration.ofMinutes(2)),
        RunnerOptions.DEFAULT,
        Optional.empty());
  }

  /**
   * The same, and all remedies are tried, those that help are kept, and {@code file} is written.
   */
  public HealRequest writing(Path file) {
    return edited(
        draft -> {
          draft.out = Optional.of(file);
          draft.treatment = Treatment.AUTOMATIC;
        });
  }

  /** The same with {@code heal.json}, and exceptions that have no place else, in {@code folder}. */
  public HealRequest reporting(Path folder) {
    return edited(draft -> draft.report = Optional.of(folder));
  }

  /** The same on the samples in a file or folder; a third of them serves calibration. */
  public HealRequest withData(Path files) {
    return with(samples.withData(DataSpec.of(files)));
  }

  /** The same with ranges and remedies fitted on other samples. */
  public HealRequest withCalibrationData(Path files) {
    return with(samples.withCalibrationData(DataSpec.of(files)));
  }

  /** The same on samples asked for in all detail. */
  public HealRequest with(Samples others) {
    return edited(draft -> draft.samples = others);
  }

  /** The same quantized otherwise. */
  public HealRequest with(QuantizationSettings other) {
    return edited(draft -> draft.settings = other);
  }

  /** The same in another scheme, {@code w4a8} or as {@code --scheme} takes it. */
  public HealRequest withScheme(String scheme) {
    return with(settings.with(QuantScheme.parse(scheme)));
  }

  /** The same with exceptions searched that keep the loss within {@code 0.5} or {@code 1%}. */
  public HealRequest withMaxDrop(String drop) {
    return with(MaxDrop.parse(drop));
  }

  /** The same with other remedies. */
  public HealRequest with(Treatment other) {
    return edited(draft -> draft.treatment = other);
  }

  /** The same with exceptions searched that keep the loss within {@code drop}. */
  public HealRequest with(MaxDrop drop) {
    return edited(draft -> draft.maxDrop = Optional.of(drop));
  }

  /** The same on another device or with other threads. */
  public HealRequest with(RunnerOptions where) {
    return edited(draft -> draft.options = where);
  }

  /** The same without measuring the parts one by one. */
  public HealRequest withoutSensitivity() {
    return edited(draft -> draft.sensitivity = false);
  }

  private HealRequest edited(Consumer<Draft> edit) {
    Draft draft = new Draft(this);
    edit.accept(draft);
    return draft.request();
  }

  /** A copy that is being changed. */
  private static final class Draft {
    private Path model;
    private Optional<Path> out;
    private String taps;
    private Samples samples;
    private QuantizationSettings settings;
    private Treatment treatment;
    private boolean sensitivity;
    private Optional<MaxDrop> maxDrop;
    private ExceptionSearch.Kinds kinds;
    private Optional<Duration> timeLimit;
    private RunnerOptions options;
    private Optional<Path> report;

    Draft(HealRequest from) {
      model = from.model;
      out = from.out;
      taps = from.taps;
      samples = from.samples;
      settings = from.settings;
      treatment = from.treatment;
      sensitivity = from.sensitivity;
      maxDrop = from.maxDrop;
      kinds = from.kinds;
      timeLimit = from.timeLimit;
      options = from.options;
      report = from.report;
    }

    HealRequest request() {
      return new HealRequest(
          model,
          out,
          taps,
          samples,
          settings,
          treatment,
          sensitivity,
          maxDrop,
          kinds,
          timeLimit,
          options,
          report);
    }
  }

  /**
   * Remedies to try.
   *
   * @param rounds remedies in order
   * @param keep which of them stay
   */
  public record Treatment(List<List<Remedy>> rounds, Keep keep) {
    /** No remedies. */
    public static final Treatment NONE = new Treatment(List.of(), Keep.HELPFUL);

    /** All remedies in a sensible order, of which those stay that help. */
    public static final Treatment AUTOMATIC = new Treatment(Remedies.rounds(), Keep.HELPFUL);

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
