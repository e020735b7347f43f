package dev.tailgate.run.compare;

import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.run.audit.AuditRequest;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to compare and how; all models are audited alike. Begin with {@link #of} or {@link
 * #rewriting}, and change what should be different.
 *
 * @param inputs models to audit and results to read
 * @param methods with one model: what it is rewritten to, by name; empty compares the inputs
 * @param baseline the method that others are compared with
 * @param samples what models are evaluated and calibrated on
 * @param taps tap preset
 * @param quantization how they are quantized; empty measures outliers only
 * @param options where and how they run
 * @param time whether their time is measured, too
 * @param folder rewritten models live beside it for as long as they are needed
 */
public record CompareRequest(
    List<CompareInput> inputs,
    Map<String, MethodSpec> methods,
    String baseline,
    Samples samples,
    String taps,
    Optional<QuantizationSettings> quantization,
    RunnerOptions options,
    boolean time,
    Path folder) {
  /** Copies what could change, and refuses methods for anything but one model. */
  public CompareRequest {
    inputs = List.copyOf(inputs);
    methods = Collections.unmodifiableMap(new LinkedHashMap<>(methods));
    if (!methods.isEmpty() && !(inputs.size() == 1 && inputs.get(0).isModel())) {
      throw new IllegalArgumentException("methods expect one ONNX model, found " + inputs.size());
    }
  }

  /** Models, and results that earlier audits wrote, as {@code tailgate compare} takes them. */
  public static CompareRequest of(List<Path> modelsAndResults) {
    return of(
        modelsAndResults.stream().map(path -> new CompareInput(Optional.empty(), path)).toList(),
        Map.of());
  }

  /** One model as it is, and rewritten to methods of the list, as their papers have them. */
  public static CompareRequest rewriting(Path model, List<Method> methods) {
    Map<String, MethodSpec> specs = new LinkedHashMap<>();
    methods.forEach(method -> specs.put(method.label(), MethodSpec.of(method)));
    return rewriting(model, specs);
  }

  /** One model as it is, and rewritten to each of some methods. */
  public static CompareRequest rewriting(Path model, Map<String, MethodSpec> methods) {
    return of(List.of(new CompareInput(Optional.empty(), model)), methods);
  }

  private static CompareRequest of(List<CompareInput> inputs, Map<String, MethodSpec> methods) {
    return new CompareRequest(
        inputs,
        methods,
        Comparison.BASELINE,
        Samples.DEFAULT,
        "auto",
        Optional.of(QuantizationSettings.PAPERS),
        RunnerOptions.DEFAULT,
        true,
        Path.of("tailgate-out"));
  }

  /** The same on the samples in a file or folder; they serve calibration too unless it has some. */
  public CompareRequest withData(Path files) {
    return with(samples.withData(DataSpec.of(files)));
  }

  /** The same with activation ranges found on other samples than those evaluated. */
  public CompareRequest withCalibrationData(Path files) {
    return with(samples.withCalibrationData(DataSpec.of(files)));
  }

  /** The same on samples asked for in all detail. */
  public CompareRequest with(Samples others) {
    return new CompareRequest(
        inputs, methods, baseline, others, taps, quantization, options, time, folder);
  }

  /** The same against another method. */
  public CompareRequest withBaseline(String method) {
    return new CompareRequest(
        inputs, methods, method, samples, taps, quantization, options, time, folder);
  }

  /** The same with models quantized otherwise; empty measures outliers only. */
  public CompareRequest with(Optional<QuantizationSettings> settings) {
    return new CompareRequest(
        inputs, methods, baseline, samples, taps, settings, options, time, folder);
  }

  /** The same in another scheme, {@code w4a8} or as {@code --scheme} takes it. */
  public CompareRequest withScheme(String scheme) {
    QuantizationSettings settings = quantization.orElse(QuantizationSettings.PAPERS);
    return with(Optional.of(settings.with(QuantScheme.parse(scheme))));
  }

  /** The same on another device or with other threads. */
  public CompareRequest with(RunnerOptions where) {
    return new CompareRequest(
        inputs, methods, baseline, samples, taps, quantization, where, time, folder);
  }

  /** The same without taking times. */
  public CompareRequest withoutTimes() {
    return new CompareRequest(
        inputs, methods, baseline, samples, taps, quantization, options, false, folder);
  }

  /** How each of its models is audited. */
  AuditRequest audit(Path model) {
    return new AuditRequest(model, samples, taps, quantization, options);
  }
}
