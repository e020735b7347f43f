package dev.tailgate.run.audit;

import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What to audit and how. Begin with {@link #of}, which asks for what {@code tailgate audit MODEL}
 * does without options, and change what should be different.
 *
 * @param model the ONNX file
 * @param samples what it is evaluated and calibrated on
 * @param taps tap preset: auto, bert, opt, vit, stanhop, blocks, all
 * @param quantization how it is quantized; empty measures outliers only
 * @param options where and how it runs
 * @param explain whether to look for the places of outliers and at the attentions, too
 * @param sensitivity how long at most to quantize each part alone, and all but it; empty for not at
 *     all
 * @param stored what to do where the model is quantized already
 */
public record AuditRequest(
    Path model,
    Samples samples,
    String taps,
    Optional<QuantizationSettings> quantization,
    RunnerOptions options,
    boolean explain,
    Optional<Duration> sensitivity,
    Stored stored) {
  /**
   * What to do with a model that is quantized already.
   *
   * @param original the float model it was made from; the two are compared
   * @param simulate whether to quantize it in simulation once more, rather than to measure it as it
   *     is
   */
  public record Stored(Optional<Path> original, boolean simulate) {
    /** It is measured as it is. */
    public static final Stored AS_IT_IS = new Stored(Optional.empty(), false);
  }

  /** Measures a model that is quantized already as it is. */
  public AuditRequest(
      Path model,
      Samples samples,
      String taps,
      Optional<QuantizationSettings> quantization,
      RunnerOptions options,
      boolean explain,
      Optional<Duration> sensitivity) {
    this(model, samples, taps, quantization, options, explain, sensitivity, Stored.AS_IT_IS);
  }

  /** Measures without explaining. */
  public AuditRequest(
      Path model,
      Samples samples,
      String taps,
      Optional<QuantizationSettings> quantization,
      RunnerOptions options) {
    this(model, samples, taps, quantization, options, false, Optional.empty());
  }

  /**
   * The defaults of {@code tailgate audit}: made-up inputs, W8A8 as the papers simulate it, CPU.
   */
  public static AuditRequest of(Path model) {
    return new AuditRequest(
        model,
        Samples.DEFAULT,
        "auto",
        Optional.of(QuantizationSettings.PAPERS),
        RunnerOptions.DEFAULT,
        true,
        Optional.empty());
  }

  /** The same on the samples in a file or folder; they serve calibration too unless it has some. */
  public AuditRequest withData(Path files) {
    return with(samples.withData(DataSpec.of(files)));
  }

  /** The same with activation ranges found on other samples than those evaluated. */
  public AuditRequest withCalibrationData(Path files) {
    return with(samples.withCalibrationData(DataSpec.of(files)));
  }

  /**
   * The same on at most {@code most} samples instead of {@link
   * dev.tailgate.data.Amount.Budget#DEFAULT}.
   */
  public AuditRequest withSamples(int most) {
    return with(samples.atMost(most));
  }

  /** The same on samples asked for in all detail. */
  public AuditRequest with(Samples others) {
    return new AuditRequest(
        model, others, taps, quantization, options, explain, sensitivity, stored);
  }

  /** The same with the tap preset of that name. */
  public AuditRequest withTaps(String preset) {
    return new AuditRequest(
        model, samples, preset, quantization, options, explain, sensitivity, stored);
  }

  /** The same quantized otherwise; empty measures outliers only. */
  public AuditRequest with(Optional<QuantizationSettings> settings) {
    return new AuditRequest(model, samples, taps, settings, options, explain, sensitivity, stored);
  }

  /** The same in another scheme, {@code w4a8} or as {@code --scheme} takes it. */
  public AuditRequest withScheme(String scheme) {
    QuantizationSettings settings = quantization.orElse(QuantizationSettings.PAPERS);
    return with(Optional.of(settings.with(QuantScheme.parse(scheme))));
  }

  /** The same compared with the float model it was made from. */
  public AuditRequest withOriginal(Path floats) {
    return with(new Stored(Optional.of(floats), stored.simulate()));
  }

  /** The same with another treatment of a model that is quantized already. */
  public AuditRequest with(Stored treatment) {
    return new AuditRequest(
        model, samples, taps, quantization, options, explain, sensitivity, treatment);
  }

  /** The same on another device or with other threads. */
  public AuditRequest with(RunnerOptions where) {
    return new AuditRequest(
        model, samples, taps, quantization, where, explain, sensitivity, stored);
  }

  /** The same without looking for the places of outliers and at the attentions, which is faster. */
  public AuditRequest withoutExplaining() {
    return new AuditRequest(
        model, samples, taps, quantization, options, false, sensitivity, stored);
  }

  /**
   * The same, and to see which parts quantization hurts, each layer, site and tensor is quantized
   * alone and left out alone: two runs over the samples for each, the largest parts and those with
   * the most rounding noise first.
   *
   * @param most when this is over, what is known by then is reported
   */
  public AuditRequest withSensitivity(Duration most) {
    return new AuditRequest(
        model, samples, taps, quantization, options, explain, Optional.of(most), stored);
  }
}
