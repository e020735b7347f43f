package dev.tailgate.run.quantize;

import dev.tailgate.data.Amount;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.quant.encodings.EncodingsFormat;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A quantization from file to file. Begin with {@link #of}, and change what should be different.
 *
 * @param model the ONNX file
 * @param out the file to write
 * @param settings how
 * @param form how integer products are written
 * @param encodings grids to take instead of calibrating
 * @param export where to write the grids, for other tools
 * @param samples what ranges are found on and models compared on
 * @param options where and how models run
 */
public record QuantizeRequest(
    Path model,
    Path out,
    QuantizationSettings settings,
    OutputForm form,
    Optional<Path> encodings,
    Optional<Export> export,
    Samples samples,
    RunnerOptions options) {

  /** The defaults of {@code tailgate quantize MODEL -o OUT}: made-up inputs, W8A8, CPU. */
  public static QuantizeRequest of(Path model, Path out) {
    return new QuantizeRequest(
        model,
        out,
        QuantizationSettings.DEPLOYED,
        OutputForm.QDQ,
        Optional.empty(),
        Optional.empty(),
        Samples.DEFAULT.with(Amount.Budget.SMALL),
        RunnerOptions.DEFAULT);
  }

  /** The same on the samples in a file or folder. */
  public QuantizeRequest withData(Path files) {
    return with(samples.withData(DataSpec.of(files)));
  }

  /** The same with activation ranges found on other samples than the models are compared on. */
  public QuantizeRequest withCalibrationData(Path files) {
    return with(samples.withCalibrationData(DataSpec.of(files)));
  }

  /** The same on samples asked for in all detail. */
  public QuantizeRequest with(Samples others) {
    return new QuantizeRequest(model, out, settings, form, encodings, export, others, options);
  }

  /** The same quantized otherwise. */
  public QuantizeRequest with(QuantizationSettings other) {
    return new QuantizeRequest(model, out, other, form, encodings, export, samples, options);
  }

  /** The same in another scheme, {@code w4a8} or as {@code --scheme} takes it. */
  public QuantizeRequest withScheme(String scheme) {
    return with(settings.with(QuantScheme.parse(scheme)));
  }

  /** The same written in another form. */
  public QuantizeRequest with(OutputForm other) {
    return new QuantizeRequest(model, out, settings, other, encodings, export, samples, options);
  }

  /** The same on another device or with other threads. */
  public QuantizeRequest with(RunnerOptions where) {
    return new QuantizeRequest(model, out, settings, form, encodings, export, samples, where);
  }

  /** A file of encodings to write. */
  public record Export(Path file, EncodingsFormat format) {}

  /** How integer products are written. */
  public enum OutputForm {
    /** Standard operators between quantize and dequantize nodes; the runtime fuses them. */
    QDQ,
    /** The integer operators of ONNX Runtime themselves. */
    QOPERATOR;

    /** Spelling on the command line. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
